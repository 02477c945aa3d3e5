import Foundation

/// What job figures are compared with: the raw limits and the peers, each in a process of its own, all on the disk of
/// one folder. `Benchmarks/run` sets the variables.
struct JobPeers {
  private static let variables = ProcessInfo.processInfo.environment
  /// Where all databases are.
  static let folder = URL(filePath: variables["HOLDFAST_FOLDER"] ?? NSTemporaryDirectory())
  /// Whether the parts that take minutes are wanted.
  static let isLarge = variables["HOLDFAST_LARGE"] != nil
  /// The program of the raw limits, which can also fill a store.
  static let program = variables["HOLDFAST_RAW"]
  /// What PgQueuer does best.
  static let drain = "drain 20000"

  /// SQLite's C interface without a library between, and the disk.
  let raw: Rate
  let huey: Rate
  let pgqueuer: Rate
  /// How much to ask for on this disk.
  let pace: Pace

  init() async throws {
    raw = try Rate("SQLite in C", Self.program.map { [$0, Self.folder.path] }, "no C compiler or no libsqlite3-dev")
    huey = try Rate(
      "huey on SQLite, synchronous=FULL", Self.variables["HOLDFAST_HUEY"].map { $0.words + [Self.folder.path] },
      "pip could not install huey")
    pgqueuer = try Rate(
      "PgQueuer on PostgreSQL", Self.variables["HOLDFAST_PGQUEUER"].map { $0.words },
      "pip could not install PgQueuer, or there is no PostgreSQL server; apt-get install postgresql")
    pace = Pace(syncs: try await raw.side("disk", "sync 300")?.round()[0] ?? 1000)
  }
}

/// A peer that answers a question with a rate, or the reason why there is none.
struct Rate {
  let name: String
  let missing: String?
  private let process: LineProcess?

  init(_ name: String, _ command: [String]?, _ missing: String) throws {
    self.name = name
    self.missing = command == nil ? missing : nil
    process = try command.map { try LineProcess($0) }
  }

  /// A side that measures the answer to a question; nil without the peer.
  func side(_ what: String, _ question: String) -> Comparison.Side? {
    process.map { process in .init(name: "\(name), \(what)") { try process.figures(question) } }
  }

  /// The same as one of several to compare with.
  func other(_ what: String, _ question: String, _ target: Target?) -> Versus.Other {
    .init(side: side(what, question), target: target, missing: missing)
  }
}

extension String {
  fileprivate var words: [String] { split(separator: " ").map(String.init) }
}
