extension SupervisorSnapshot {
  /// The tree as a Mermaid flowchart; names are escaped, so any id is safe.
  public var mermaid: String {
    var chart = MermaidChart()
    chart.add(self, name: path, state: state)
    return chart.lines.joined(separator: "\n")
  }
}

/// Numbers the nodes, because ids of children are not Mermaid identifiers.
private struct MermaidChart {
  private(set) var lines = ["flowchart TD"]
  private var last = -1

  @discardableResult
  mutating func add(_ tree: SupervisorSnapshot, name: String, state: String) -> Int {
    let root = node("\(name)\n\(state), \(tree.strategy.rawValue)", open: "[[", close: "]]")
    for child in tree.children {
      let number =
        child.subtree.map { add($0, name: child.id, state: $0.state) }
        ?? node("\(child.id)\n\(child.state.rawValue), generation \(child.generation)", open: "[", close: "]")
      lines.append("  n\(root) --> n\(number)")
    }
    return root
  }

  private mutating func node(_ label: String, open: String, close: String) -> Int {
    last += 1
    lines.append("  n\(last)\(open)\"\(label.mermaidEscaped)\"\(close)")
    return last
  }
}

extension String {
  /// Mermaid's character codes for everything that could end or decorate a label.
  fileprivate var mermaidEscaped: String {
    unicodeScalars.map { scalar in
      switch scalar {
      case "\n": "<br>"
      case "a"..."z", "A"..."Z", "0"..."9", " ", ",", ".", "-", "_", "/", ":": String(scalar)
      case _ where scalar.properties.generalCategory == .control: " "
      default: "#\(scalar.value);"
      }
    }.joined()
  }
}
