/// How many rows a statement for many takes at once.
enum Crowd {
  static let most = 32
  /// Fewer are written one by one.
  static let fewest = 8
}

/// An INSERT of rows, many at a time: opening the table and its indexes anew for each row costs a third of writing it.
struct RowInsert: Sendable {
  private let most: HotSQL
  private let some: HotSQL
  private let one: HotSQL
  /// Arguments of a row.
  fileprivate let width: Int32

  /// - Parameters:
  ///   - table: Where, with the columns.
  ///   - row: The values of one row, `?` for each argument.
  init(into table: String, row: String) {
    func sql(_ rows: Int) -> HotSQL {
      HotSQL("INSERT INTO \(table) VALUES" + Array(repeating: row, count: rows).joined(separator: ", "))
    }
    (most, some, one) = (sql(Crowd.most), sql(Crowd.fewest), sql(1))
    width = Int32(row.count { $0 == "?" })
  }

  /// How many of so many rows the next statement takes, and which it is.
  fileprivate func next(of count: Int) -> (rows: Int, sql: HotSQL) {
    count >= Crowd.most ? (Crowd.most, most) : count >= Crowd.fewest ? (Crowd.fewest, some) : (1, one)
  }
}

extension Connection {
  /// Inserts rows in their order.
  ///
  /// - Parameter bind: Gives a row its arguments, from this number on.
  func insert<Row>(_ rows: [Row], _ insert: RowInsert, _ bind: (Row, Statement, Int32) -> Void) throws {
    var rest = rows[...]
    while !rest.isEmpty {
      let (count, sql) = insert.next(of: rest.count)
      let statement = try statement(sql)
      for (row, number) in zip(rest.prefix(count), Int32(0)...) { bind(row, statement, 1 + number * insert.width) }
      try statement.run()
      statement.forgetArguments()
      rest = rest.dropFirst(count)
    }
  }
}
