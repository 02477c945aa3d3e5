import ArgumentParser
import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct EnqueueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enqueue", abstract: "Store a job; when this returns it is on the disk.",
    discussion: "A duplicate is no failure: the job that is there is told, and nothing is stored.")

  @Argument(help: "The kind, as under `jobs:` in the file.")
  var kind: String

  @Argument(help: "The payload, JSON; - reads it from standard input. Default: {}.")
  var payload: String?

  @Option(help: "Read the payload from this file.")
  var file: String?

  @Option(help: "The queue, instead of the kind's.")
  var queue: String?

  @Option(help: "The partition (tenant).")
  var partition: String?

  @Option(name: .customLong("in"), help: "Run it after this time, as in 5m.")
  var delay: DurationArgument?

  @Option(help: "Run it at this time, as in 2026-11-21T12:00:00Z.")
  var at: TimeArgument?

  @Option(help: "-100 to 100; higher runs sooner.")
  var priority: Int?

  @Option(help: "At most one unfinished job of the partition holds this key.")
  var unique: String?

  @Option(help: "At most one running job of the partition holds this key; others wait in order.")
  var key: String?

  @Option(help: "A name by which the job is found; no other job of the partition may have it.")
  var name: String?

  @Option(help: "Runs until it is discarded.")
  var attempts: Int?

  @Option(help: "How long one run may take, as in 30s.")
  var timeout: DurationArgument?

  @Option(help: "Metadata, as in user=alice. May be repeated.")
  var meta: [String] = []

  @Option(help: "So many copies.")
  var count = 1

  @OptionGroup var client: ClientOptions

  func validate() throws {
    if payload != nil, file != nil { throw ValidationError("Give a payload or --file, not both.") }
    if delay != nil, at != nil { throw ValidationError("Give --in or --at, not both.") }
    if let pair = meta.first(where: { !$0.contains("=") }) {
      throw ValidationError("--meta takes name=value, not `\(pair)`.")
    }
    if !(1...JobLimits.batch).contains(count) {
      throw ValidationError("--count takes a number from 1 to \(JobLimits.batch).")
    }
  }

  func run() async throws {
    var request = ControlRequest(command: .enqueue)
    request.enqueue = try enqueueRequest()
    try await client.askStore(request) { (report: EnqueueReport) in
      Terminal.output.line(
        report.duplicate
          ? "job \(report.id) is there already, \(report.state ?? "unknown"): nothing was stored" : "job \(report.id)")
    }
  }

  private func enqueueRequest() throws -> EnqueueRequest {
    var request = EnqueueRequest(kind: kind)
    request.payload = try readPayload()
    (request.queue, request.partition, request.priority) = (queue, partition, priority)
    (request.delay, request.at) = (delay?.duration.inSeconds, at?.time)
    (request.uniqueKey, request.executionKey, request.name) = (unique, key, name)
    (request.attempts, request.timeout) = (attempts, timeout?.duration.inSeconds)
    let pairs = meta.map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init) }
    request.metadata = pairs.isEmpty ? nil : Dictionary(pairs.map { ($0[0], $0[1]) }) { _, last in last }
    // Inside a job: what it causes is told apart from what people enqueue.
    let environment = ProcessInfo.processInfo.environment
    (request.correlation, request.causation) = (environment["HOLDFAST_JOB_CORRELATION"], environment["HOLDFAST_JOB_ID"])
    request.count = count == 1 ? nil : count
    return request
  }

  private func readPayload() throws -> String? {
    if let file { return try PayloadFile.read(file) }
    return payload == "-" ? try PayloadFile.read("/dev/stdin") : payload
  }
}

/// A payload that is not on the command line.
enum PayloadFile {
  static func read(_ path: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure(.usage, "cannot read \(path): check that it is a file and its permissions")
    }
    guard data.count <= JobLimits.payload else {
      throw Failure(
        .usage, "\(path) has \(data.count) bytes, over \(JobLimits.payload): store it elsewhere and pass a reference")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Failure(.usage, "\(path) is not UTF-8 text, and so no JSON")
    }
    return text
  }
}
