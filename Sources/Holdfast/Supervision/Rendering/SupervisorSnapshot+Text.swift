#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension SupervisorSnapshot {
  /// The tree for a terminal, one line for each supervisor and child:
  ///
  /// ```
  /// app · running · restForOne · 5 restarts left
  /// ├─ pool · running · generation 3 (2 restarts) · up 12.3 s · last exit failed: broken pipe
  /// └─ feeds · running · oneForOne
  ///    └─ lse · waiting · until 12:00:07 · generation 4 (3 restarts)
  /// ```
  public var text: String {
    ([headline(path)] + branches(indent: "")).joined(separator: "\n")
  }

  private func headline(_ name: String) -> String {
    var parts = [name.printable, state, strategy.rawValue]
    if let budgetLeft { parts.append(budgetLeft == 1 ? "1 restart left" : "\(budgetLeft) restarts left") }
    if let failure = table?.failure { parts.append("table: \(failure.printable)") }
    return parts.joined(separator: " · ")
  }

  private func branches(indent: String) -> [String] {
    let leaves = children.map { Branch(title: title(of: $0), below: $0.subtree) }
    let lost = abandoned.map { child in
      Branch(title: "\(child.id.printable) · abandoned · generation \(child.generation) · since \(time(child.since))")
    }
    let branches = leaves + lost
    return branches.enumerated().flatMap { index, branch in
      let isLast = index == branches.count - 1
      let line = indent + (isLast ? "└─ " : "├─ ") + branch.title
      return [line] + (branch.below?.branches(indent: indent + (isLast ? "   " : "│  ")) ?? [])
    }
  }

  private struct Branch {
    let title: String
    var below: SupervisorSnapshot?
  }

  private func title(of child: ChildSnapshot) -> String {
    var parts = child.subtree.map { [$0.headline(child.id)] } ?? [child.id.printable, child.state.rawValue]
    if let until = child.until { parts.append("until \(time(until))") }
    parts.append(generation(of: child))
    if let uptime = child.uptime { parts.append("up \(Duration.seconds(uptime).rounded)") }
    if let lastExit = child.lastExit { parts.append("last exit \(lastExit.printable)") }
    return parts.joined(separator: " · ")
  }

  private func generation(of child: ChildSnapshot) -> String {
    let restarts = child.restarts == 0 ? "" : child.restarts == 1 ? " (1 restart)" : " (\(child.restarts) restarts)"
    return "generation \(child.generation)\(restarts)"
  }

  private func time(_ date: Date) -> String {
    date.formatted(.iso8601.time(includingFractionalSeconds: false)) + "Z"
  }
}

extension String {
  /// On one line, without control characters, which could move a terminal's cursor.
  var printable: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}
