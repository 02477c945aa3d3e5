import Holdfast

/// The tree of supervision as text and as a diagram.
enum TreeText {
  /// `UX10`: states, restarts, the budget that is left and the last exit.
  static func lines(_ snapshot: SupervisorSnapshot) -> [String] {
    [title(snapshot)] + branches(of: snapshot, indent: "")
  }

  private static func title(_ snapshot: SupervisorSnapshot) -> String {
    let budget = snapshot.budgetLeft.map { ", \($0) restarts left" } ?? ""
    return "\(snapshot.name)  \(snapshot.state)  \(snapshot.strategy.rawValue)\(budget)"
  }

  private static func branches(of snapshot: SupervisorSnapshot, indent: String) -> [String] {
    snapshot.children.enumerated().flatMap { index, child in
      let isLast = index == snapshot.children.count - 1
      let line = "\(indent)\(isLast ? "└─ " : "├─ ")\(child.subtree.map(title) ?? words(child))"
      return [line] + (child.subtree.map { branches(of: $0, indent: indent + (isLast ? "   " : "│  ")) } ?? [])
    }
  }

  private static func words(_ child: ChildSnapshot) -> String {
    let restarts = child.restarts > 0 ? ", \(child.restarts) restarts" : ""
    let exit = child.lastExit.map { ", last: \(Terminal.harmless($0))" } ?? ""
    return "\(child.id)  \(child.state.rawValue)\(restarts)\(exit)"
  }

  /// A Mermaid flow chart.
  static func mermaid(_ snapshot: SupervisorSnapshot) -> String {
    (["graph TD", "  n[\"\(snapshot.name)\"]"] + edges(of: snapshot, from: "n")).joined(separator: "\n")
  }

  private static func edges(of snapshot: SupervisorSnapshot, from parent: String) -> [String] {
    snapshot.children.enumerated().flatMap { index, child in
      let node = "\(parent)_\(index)"
      let edge = "  \(parent) --> \(node)[\"\(child.id)<br/>\(child.state.rawValue)\"]"
      return [edge] + (child.subtree.map { edges(of: $0, from: node) } ?? [])
    }
  }
}
