import Testing

@testable import Holdfast

@Suite struct ChildOptionsTests {
  @Test func `D1 a child keeps its own backoff when everything else is default`() {
    let child = Child.task("child", backoff: Backoff.none) { _ in }
    guard case .none = child.options.backoff.kind else {
      Issue.record("the backoff became \(child.options.backoff.kind)")
      return
    }
  }

  @Test func `children with nothing but defaults share one allocation of options`() {
    let (one, other) = (Child.task("one") { _ in }, Child.task("other", backoff: .standard) { _ in })
    #expect(one.box === other.box)
  }
}
