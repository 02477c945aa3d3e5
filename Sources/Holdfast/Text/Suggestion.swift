/// "Did you mean": the nearest of some names, if any is near enough to be a slip of the finger.
package enum Suggestion {
  /// `; did you mean “restart”?` or nothing.
  package static func text(for name: String, among candidates: some Sequence<String>) -> String {
    nearest(to: name, among: candidates).map { "; did you mean `\($0)`?" } ?? ""
  }

  package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, name.count / 3)
    return candidates.map { (distance(name.lowercased(), $0.lowercased()), $0) }
      .filter { $0.0 <= limit }
      .min { $0 < $1 }?.1
  }

  /// Levenshtein's edit distance, with a swap of neighbours counted as one edit.
  package static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left), Array(right))
    var rows = [Array(0...right.count)]
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        var cost = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[left.count][right.count]
  }
}
