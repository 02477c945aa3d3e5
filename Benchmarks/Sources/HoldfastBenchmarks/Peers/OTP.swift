import Foundation

/// Erlang/OTP in a process of its own, kept between the rounds.
struct OTP {
  static let name = "Erlang/OTP"

  /// Where the compiled peer is; set by `Benchmarks/run`.
  static let folder = ProcessInfo.processInfo.environment["HOLDFAST_OTP"]

  static var missing: String? {
    folder == nil ? "Erlang is not installed and could not be; apt-get install erlang-base" : nil
  }

  static func machine() throws -> LineProcess? {
    try folder.map { try LineProcess(["erl", "+P", "2000000", "-noshell", "-pa", $0, "-s", "holdfast_otp", "main"]) }
  }

  private let process: LineProcess?

  init() throws { process = try Self.machine() }

  func side(_ name: String, _ question: String) -> Comparison.Side? {
    process.map { process in
      Comparison.Side(name: "\(Self.name) \(name)") { try process.figures(question) }
    }
  }

  /// A side that gets a fresh machine for each round.
  static func fresh(_ name: String, _ question: String) -> Comparison.Side? {
    folder.map { _ in
      Comparison.Side(name: "\(Self.name) \(name)") { try machine()?.figures(question) ?? [] }
    }
  }
}
