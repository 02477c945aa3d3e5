import Foundation
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct RenderingTests {
  private let moment = Date(timeIntervalSince1970: 1_000_000)

  private func child(_ id: String, _ state: ChildState = .running, below: SupervisorSnapshot? = nil) -> ChildSnapshot {
    ChildSnapshot(
      id: id, kind: below == nil ? .worker : .supervisor, state: state, generation: 3, restarts: 2, failures: 1,
      uptime: state == .running ? 12.34 : nil, until: state == .waiting ? moment : nil,
      lastExit: "failed: broken\npipe", restart: .permanent, subtree: below)
  }

  private var tree: SupervisorSnapshot {
    let feeds = SupervisorSnapshot(
      name: "feeds", path: "app/feeds", state: "running", strategy: .oneForOne, budgetLeft: nil,
      children: [child("lse \"x\"", .waiting)],
      abandoned: [AbandonedChild(id: "old", generation: 1, since: moment)], takenAt: moment, table: TableStatus())
    return SupervisorSnapshot(
      name: "app", path: "app", state: "running", strategy: .restForOne, budgetLeft: 5,
      children: [child("pool"), child("feeds", below: feeds)], abandoned: [], takenAt: moment)
  }

  @Test func `a tree as text shows what an operator asks for`() {
    #expect(
      tree.text == """
        app · running · restForOne · 5 restarts left
        ├─ pool · running · generation 3 (2 restarts) · up 12.3 s · last exit failed: broken pipe
        └─ feeds · running · oneForOne · generation 3 (2 restarts) · up 12.3 s · last exit failed: broken pipe
           ├─ lse "x" · waiting · until 13:46:40Z · generation 3 (2 restarts) · last exit failed: broken pipe
           └─ old · abandoned · generation 1 · since 13:46:40Z
        """)
  }

  @Test func `a tree as a flowchart escapes every name`() {
    #expect(
      tree.mermaid == """
        flowchart TD
          n0[["app<br>running, restForOne"]]
          n1["pool<br>running, generation 3"]
          n0 --> n1
          n2[["feeds<br>running, oneForOne"]]
          n3["lse #34;x#34;<br>waiting, generation 3"]
          n2 --> n3
          n0 --> n2
        """)
  }

  @Test func `JSON keeps everything, with sorted keys and ISO 8601 dates`() throws {
    let json = try tree.json()
    let text = try #require(String(bytes: json, encoding: .utf8))
    #expect(text.contains(#""takenAt":"1970-01-12T13:46:40.000Z""#))
    #expect(text.hasPrefix(#"{"abandoned":[]"#))
    #expect(try SupervisorSnapshot(json: json).text == tree.text)
  }
}
