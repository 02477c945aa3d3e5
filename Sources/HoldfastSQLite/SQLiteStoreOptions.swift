public import Holdfast

extension SQLiteStore {
  /// How a store uses its file; every option has a default.
  public struct Options: Sendable {
    /// What a commit waits for. Default ``Durability/full``.
    public var durability = Durability.full
    /// What this process does with the file. Default ``Role/owner``.
    public var role = Role.owner
    /// What is checked when the file is opened. Default ``Check/quick``.
    public var check = Check.quick
    /// Memory for pages of the file; KiB, ≥ 1. The writer has it all, each reader 8 MiB of it at most. Default 64 MiB.
    public var cache = 65_536
    /// How long a transaction waits for another process's. Default 5 s.
    public var patience = Duration.seconds(5)
    /// What due times and leases are measured by. Default real time.
    public var clock: any Timeline = SystemTimeline.shared
    /// Jobs that are not counted yet, at most: as many rows are read whenever somebody asks for the counts. See `Tally`.
    var longestTail: Int64 = 1000

    /// All defaults.
    public init() {}
  }

  /// What a commit waits for.
  public enum Durability: Sendable, Hashable {
    /// The disk: what was acknowledged survives a power cut.
    case full
    /// The kernel: what was acknowledged survives the end of the process, and the newest of it not a power cut. The file
    /// stays whole.
    case normal

    /// SQLite's word for it.
    var synchronous: String {
      switch self {
      case .full: "FULL"
      case .normal: "NORMAL"
      }
    }
  }

  /// What a process does with the file.
  public enum Role: Sendable, Hashable {
    /// It runs jobs; one process at a time.
    case owner
    /// It enqueues, lists and commands, beside an owner or without one.
    case client
  }

  /// What is checked when the file is opened.
  public enum Check: Sendable, Hashable {
    /// Only what opening it needs.
    case none
    /// That every page is what it should be: about a second for each GiB. A file of more than 32 MiB is checked while it
    /// is used: damage that is found makes every later change fail with `corrupt`.
    case quick
    /// That every index agrees with its table as well: several times as long.
    case full
  }
}
