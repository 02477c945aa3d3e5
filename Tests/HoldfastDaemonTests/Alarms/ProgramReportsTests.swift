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

  @Test func `AL47 what has to last is told when it did, once, and not when it was over before`() throws {
    let (quick, slow) = (try AlarmID("quick.unready"), try AlarmID("slow.unready"))
    let at = { (seconds: Int64) in Instant.zero.advanced(by: .seconds(seconds)) }
    var held = HeldReports()
    #expect(held.hear(.set(quick), after: .seconds(5), at: at(0)) == nil)
    #expect(held.hear(.set(slow, "first"), after: .seconds(9), at: at(1)) == nil)
    #expect(held.hear(.set(slow, "second"), after: .seconds(9), at: at(4)) == nil)
    #expect(held.nextWakeUp == at(5) && held.takeDue(at: at(4)).isEmpty)
    #expect(held.hear(.clear(quick), after: .seconds(5), at: at(4)) == .clear(quick))
    #expect(held.nextWakeUp == at(10) && held.takeDue(at: at(9)).isEmpty)
    #expect(held.takeDue(at: at(10)) == [.set(slow, "second")])
    #expect(held.nextWakeUp == nil && held.takeDue(at: at(99)).isEmpty)
    #expect(held.hear(.set(quick), after: .zero, at: at(99)) == .set(quick))
  }
}
