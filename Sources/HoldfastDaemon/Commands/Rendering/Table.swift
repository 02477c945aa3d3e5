/// Rows in aligned columns.
struct Table {
  struct Cell {
    var text: String
    var colour: Terminal.Colour?

    init(_ text: String, _ colour: Terminal.Colour? = nil) {
      self.text = text
      self.colour = colour
    }
  }

  let header: [String]
  var rows: [[Cell]] = []

  /// One line a row, two blanks between columns, nothing at line ends.
  func lines(for terminal: Terminal) -> [String] {
    let all = [header.map { Cell($0, .grey) }] + rows
    let widths = header.indices.map { column in all.map { $0[column].text.count }.max() ?? 0 }
    return all.map { row in
      let last = row.lastIndex { !$0.text.isEmpty } ?? 0
      return row[...last].enumerated().map { index, cell in
        let padding = index == last ? 0 : widths[index] - cell.text.count + 2
        return terminal.paint(cell.text, cell.colour) + String(repeating: " ", count: padding)
      }.joined()
    }
  }
}
