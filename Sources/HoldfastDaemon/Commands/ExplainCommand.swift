public import ArgumentParser
public import Holdfast

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say what a schedule's rule means, and when it fires next.",
    discussion: """
      The rule is a cron expression with 5, 6 or 7 fields, or a macro such as @daily or "@every 15m"; several are joined \
      with |, and times are taken out with except. It may name its own zone: "30 2 * * * in Europe/London".
      """)

  @Argument(help: "The rule, in quotes.")
  var rule: String

  @Option(help: "The zone of cron expressions that name none, such as Europe/London or +05:30.")
  var zone = "UTC"

  @Option(
    help: "Begin after this moment, such as 2026-03-07T12:00:00-05:00; by --zone without an offset. Default: now.")
  var after: String?

  @Option(help: "How many moments to show, 0 to 1000.")
  var count = 5

  @Option(help: "When clocks go forward, a time that is missing fires later (shift), at the change, or not.")
  var gap = Recurrence.Gap.shift

  @Option(help: "When clocks go back, a time that comes twice fires the first time, the second, or both.")
  var overlap = Recurrence.Overlap.first

  @Option(help: "The schedule's name, by which H and ~ choose.")
  var name: String?

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (0...1000).contains(count) else { throw ValidationError("--count \(count) is not within 0 to 1000") }
  }

  func run() throws {
    do {
      let place = try Zone(zone)
      let rule = try Recurrence(rule, in: place, name: name, gap: gap, overlap: overlap)
      let explanation = Explanation(rule, after: try moment(in: place), count: count, zone: rule.zone ?? place)
      Terminal.output.line(json ? try JSONLine.encode(explanation) : explanation.text)
    } catch let error as ZoneError {
      try refuse(ExplanationProblem(error))
    } catch let error as RecurrenceError {
      try refuse(ExplanationProblem(error))
    }
  }

  private func moment(in zone: Zone) throws -> Date {
    guard let after else { return Date() }
    guard let date = Zone.date(of: after) ?? zone.dates(showing: after).first else {
      throw Failure(
        .usage, "--after \(after) is no moment; write 2026-03-07T12:00:00Z, with an offset for Z, or none for \(zone)")
    }
    return date
  }

  private func refuse(_ problem: ExplanationProblem) throws {
    guard json else { throw Failure(.usage, problem.text) }
    Terminal.output.line(try JSONLine.encode(problem))
    throw ExitCode(ExitStatus.usage.rawValue)
  }
}

extension Recurrence.Gap: ExpressibleByArgument {}
extension Recurrence.Overlap: ExpressibleByArgument {}
