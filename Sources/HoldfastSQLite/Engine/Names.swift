import Holdfast

/// One queue of one tenant, which is what jobs are claimed from. By reference: every job has one.
final class Lane: Sendable, Hashable {
  let id: Int64
  /// The tenant's number.
  let tenant: Int64
  let partition: String
  let queue: String

  init(id: Int64, tenant: Int64, partition: String, queue: String) {
    (self.id, self.tenant, self.partition, self.queue) = (id, tenant, partition, queue)
  }

  static func == (one: Lane, other: Lane) -> Bool { one.id == other.id }

  func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// The words that rows hold as numbers: tenants, lanes and kinds. They are added and never changed, so what was read once
/// stays true, unless the transaction that added it is rolled back: then the cache goes with it.
struct Names {
  private struct LaneName: Hashable {
    let partition: String
    let queue: String
  }

  private var lanes: [Int64: Lane] = [:]
  private var laneNames: [LaneName: Lane] = [:]
  private var kinds: [Int64: String] = [:]
  private var kindNames: [String: Int64] = [:]
  /// Neighbours are mostly alike, and a comparison costs less than a hash.
  private var recent: Lane?
  private var recentKind: (name: String, id: Int64)?

  // MARK: From words to numbers

  /// The lane of a tenant and a queue, made when it is new.
  mutating func lane(partition: String, queue: String, _ connection: Connection) throws -> Lane {
    if let recent, recent.queue == queue, recent.partition == partition { return recent }
    let name = LaneName(partition: partition, queue: queue)
    let lane = try laneNames[name] ?? makeLane(name, connection)
    recent = lane
    return lane
  }

  private mutating func makeLane(_ name: LaneName, _ connection: Connection) throws -> Lane {
    let tenant = try connection.number(
      of: name.partition, find: "SELECT id FROM holdfast_partitions WHERE name = ?1",
      make: "INSERT INTO holdfast_partitions(name) VALUES(?1)")
    let find = try connection.statement("SELECT id FROM holdfast_lanes WHERE partition = ?1 AND queue = ?2")
    find.bind(1, tenant)
    find.bind(2, name.queue)
    if let id = try find.first({ $0.int(0) }) { return remember(id, tenant, name) }
    let insert = try connection.statement("INSERT INTO holdfast_lanes(partition, queue) VALUES(?1, ?2)")
    insert.bind(1, tenant)
    insert.bind(2, name.queue)
    try insert.run()
    return remember(connection.lastInsertedRow, tenant, name)
  }

  private mutating func remember(_ id: Int64, _ tenant: Int64, _ name: LaneName) -> Lane {
    let lane = Lane(id: id, tenant: tenant, partition: name.partition, queue: name.queue)
    lanes[id] = lane
    laneNames[name] = lane
    return lane
  }

  /// The number of a kind, made when it is new.
  mutating func kind(_ name: String, _ connection: Connection) throws -> Int64 {
    if let recentKind, recentKind.name == name { return recentKind.id }
    let id =
      try kindNames[name]
      ?? connection.number(
        of: name, find: "SELECT id FROM holdfast_kinds WHERE name = ?1",
        make: "INSERT INTO holdfast_kinds(name) VALUES(?1)")
    kindNames[name] = id
    kinds[id] = name
    recentKind = (name, id)
    return id
  }

  // MARK: From numbers to words

  /// A lane that a row names.
  mutating func lane(_ id: Int64, _ connection: Connection) throws -> Lane {
    if let recent, recent.id == id { return recent }
    if let lane = lanes[id] { return lane }
    let find = try connection.statement(
      """
      SELECT l.partition, p.name, l.queue FROM holdfast_lanes l JOIN holdfast_partitions p ON p.id = l.partition
      WHERE l.id = ?1
      """)
    find.bind(1, id)
    let found = try find.first { ($0.int(0), LaneName(partition: $0.text(1), queue: $0.text(2))) }
    return remember(id, found?.0 ?? 0, found?.1 ?? LaneName(partition: "", queue: ""))
  }

  /// A kind that a row names.
  mutating func kind(_ id: Int64, _ connection: Connection) throws -> String {
    if let recentKind, recentKind.id == id { return recentKind.name }
    if let name = kinds[id] { return name }
    let find = try connection.statement("SELECT name FROM holdfast_kinds WHERE id = ?1")
    find.bind(1, id)
    let name = try find.first { $0.text(0) } ?? ""
    kinds[id] = name
    return name
  }
}
