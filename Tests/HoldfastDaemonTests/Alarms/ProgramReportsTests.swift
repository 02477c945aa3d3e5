import Holdfast
import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct ProgramReportsTests {
  struct Trouble: Error, CustomStringConvertible {
    let description = "exited with status 3"
  }

  /// `down!` for set, `down` for clear.
  private func words(_ reports: [AlarmReport]) -> String {
    reports.map { report in
      let name = report.id.type.split(separator: ".").last ?? ""
      if case .set = report { return "\(name)!" }
      return "\(name)"
    }.joined(separator: " ")
  }

  @Test(
    arguments: [
      (.starting, "parked unready!"), (.ready(after: .zero), "down unready parked"),
      (.stopped(.shutdown), "down unready parked"),
      (.startFailed(Trouble()), "down! unready"), (.startDeadlineMissed(deadline: .zero), "down! unready"),
      (.exited(.failed(Trouble()), lifetime: .zero), "down! unready"), (.exited(.normal, lifetime: .zero), "unready"),
      (.parked(reason: "ten failures"), "down! unready parked!"), (.finished, "down unready parked"),
      (.waiting(until: .zero, delay: .zero, attempt: 1), ""), (.stopping, ""),
    ] as [(SupervisionEvent.Kind, String)])
  func `AL47 supervision sets and clears a program's alarms`(kind: SupervisionEvent.Kind, expected: String) {
    #expect(words(ProgramReports(child: "web", hasProbe: true).reports(of: kind)) == expected)
  }

  @Test(
    arguments: [
      (.running, "down unready parked"), (nil, "down unready parked"), (.starting, "parked unready!"),
      (.waiting, "down! unready parked"), (.parked, "down! unready parked!"), (.pending, "unready"),
    ] as [(ChildState?, String)])
  func `AL47 what another process left behind is corrected`(state: ChildState?, expected: String) {
    #expect(words(ProgramReports(child: "web", hasProbe: true).reports(of: state, lastExit: nil)) == expected)
  }

  @Test func `AL47 what has no probe is never unready, and the words say what happened`() throws {
    let reports = ProgramReports(child: "web-2", hasProbe: false)
    #expect(words(reports.reports(of: .starting)) == "parked unready")
    #expect(
      reports.reports(of: .exited(.failed(Trouble()), lifetime: .zero)).first
        == .set(try AlarmID("web-2.down"), "failed: exited with status 3", severity: .error))
    #expect(ProgramReports(child: "9web", hasProbe: false).reports(of: .ready(after: .zero)).isEmpty)
  }
}
