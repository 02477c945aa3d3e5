extension WorkerProcesses {
  /// How worker processes are started, how many there are, and when they are replaced.
  public struct Options: Sendable {
    /// The executable and its arguments; nil (default) is this very executable, even if its file was replaced since. It
    /// must call ``JobWorker/serveIfAsked(_:logger:)`` first in main.
    public var command: [String]?
    /// Default: everything inherited, nothing added.
    public var environment = ProgramEnvironment()
    /// What the kernel lets *each process* use, over all of its jobs; default none of its own. Address space
    /// (``ResourceLimits/memory``) is counted with everything that is merely reserved: leave 1 GiB above what jobs need.
    public var limits = ResourceLimits()
    /// Processes at once, ≥ 1; a job beyond that waits for one, its timeout running. Default 64.
    public var processes = 64
    /// Jobs that a process runs before it is replaced, ≥ 1. Default 1,000.
    public var jobs = 1000
    /// Bytes in memory (resident) beyond which a process is replaced after its job; nil (default) does not look.
    public var memory: UInt64?
    /// How long a process stays without a job, > 0. Default 60 s.
    public var idleTime = Duration.seconds(60)
    /// How long a process may take to be up, > 0. Default 10 s.
    public var startDeadline = Duration.seconds(10)
    /// Lines of output of one job that are logged, ≥ 0; of the others only the number is. Default 1,000.
    public var outputLines = 1000

    /// All defaults.
    public init() {}

    func validate() throws(ProgramError) {
      func check(_ holds: Bool, _ option: String, _ least: String) throws(ProgramError) {
        guard !holds else { return }
        throw ProgramError(.invalid, "job worker", "`\(option)` is too small", advice: "give at least \(least)")
      }
      try check(processes >= 1, "processes", "1")
      try check(jobs >= 1, "jobs", "1")
      try check(idleTime > .zero, "idleTime", "a nanosecond")
      try check(startDeadline > .zero, "startDeadline", "a nanosecond")
      try check(outputLines >= 0, "outputLines", "0")
    }
  }
}
