/// What the kernel lets a program use; nil (all defaults) leaves the supervisor's own limit.
public struct ResourceLimits: Sendable, Equatable {
  /// A soft limit, at which calls fail or signals come, and the hard limit up to which the program may raise it.
  public struct Limit: Sendable, Equatable {
    /// ≥ 0; `.max` means unlimited.
    public var soft: UInt64
    /// At least the soft limit.
    public var hard: UInt64

    /// Two different limits.
    public init(soft: UInt64, hard: UInt64) {
      self.soft = soft
      self.hard = hard
    }

    /// The same soft and hard limit.
    public static func most(_ amount: UInt64) -> Limit {
      Limit(soft: amount, hard: amount)
    }

    /// None.
    public static let unlimited = Limit.most(.max)
  }

  /// Open descriptors.
  public var files: Limit?
  /// Address space in bytes. An allocation beyond it fails in the program; the kernel kills nothing.
  public var memory: Limit?
  /// Processor seconds: XCPU at the soft limit, KILL at the hard one.
  public var cpu: Limit?
  /// Size of a core file in bytes; 0 writes none.
  public var core: Limit?
  /// Processes of the program's user, counted over the whole system; without effect for root.
  public var processes: Limit?
  /// Size of a file it writes, in bytes: XFSZ beyond it.
  public var fileSize: Limit?
  /// Size of the main stack in bytes.
  public var stack: Limit?

  /// No limits of its own.
  public init() {}

  var all: [(name: String, limit: Limit)] {
    [
      ("files", files), ("memory", memory), ("cpu", cpu), ("core", core), ("processes", processes),
      ("fileSize", fileSize), ("stack", stack),
    ].compactMap { name, limit in limit.map { (name, $0) } }
  }

  var problem: String? {
    all.first { $0.limit.soft > $0.limit.hard }.map { "the soft limit of \($0.name) is above the hard one" }
  }
}
