/// A child specification: what to run, and what to do when it ends.
///
/// ```swift
/// Child("pool", shutdown: .within(.seconds(10))) { ConnectionPool(url) }   // a Service, made anew each time
/// .task("ingest", restart: .transient) { context in … }                    // a closure
/// .supervisor(Supervisor("feeds", children: […]))                          // a subtree
/// ```
///
/// It holds a *factory*, never a running thing: each generation gets a fresh instance (L2).
public struct Child: Sendable {
  /// What a generation runs. Returning means `normal`, throwing means `failed`.
  public typealias Body = @Sendable (ChildContext) async throws -> Void

  /// Unique among the children of one supervisor; not empty, no control characters.
  public let id: String
  /// Everything else that was specified.
  public var options: Options {
    get { box.options }
    set { box = newValue.boxed }
  }
  let body: Body
  private(set) var box: Options.Box

  /// A child from its parts; the factories `.task`, `.supervisor` and the initialiser for services read better.
  public init(_ id: String, options: Options, body: @escaping Body) {
    self.id = id
    self.body = body
    self.box = options.boxed
  }

  /// Shares the options of a template, so that a hundred thousand children hold them once.
  init(_ id: String, like template: Child, body: @escaping Body) {
    self.id = id
    self.body = body
    self.box = template.box
  }
}

extension Child {
  /// What kind of child it is: OTP counts the two apart.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// Does work.
    case worker
    /// Supervises others.
    case supervisor
  }

  /// How a child is restarted, stopped, found ready and found healthy.
  public struct Options: Sendable {
    /// Default ``RestartPolicy/permanent``.
    public var restart: RestartPolicy = .permanent
    /// Default ``Backoff/standard``.
    public var backoff: Backoff = .standard
    /// Default 5 s; for supervisors the sum of their children's, at most 60 s.
    public var shutdown: ShutdownPolicy = .standard
    /// Default ``Readiness/onEntry``; closures that take a context ``Readiness/signalled``.
    public var readiness: Readiness = .onEntry
    /// Default ``StartGate/previous``. A child that is added to a running supervisor starts at once.
    public var gate = StartGate.previous
    /// From start to readiness, > 0. Default 30 s.
    public var startDeadline: Duration = .seconds(30)
    /// The longest silence between two ``ChildContext/heartbeat()`` calls, > 0; `nil` (default) expects none.
    public var heartbeat: Duration?
    /// Consecutive failures allowed; `nil` (default) means any number.
    public var limit: FailureLimit?
    /// Whether its end may end the supervisor (``AutoShutdown``). Default false.
    public var significant = false
    /// Whether a failing first start is retried like a crash instead of failing the whole tree (S24), or instead of
    /// being forgotten when a call started it; that call fails all the same. Default false.
    public var startMayFail = false
    /// Whether it starts with its supervisor; otherwise it waits for ``Supervisor/restartChild(_:)``. Default true.
    public var autostart = true
    /// Default ``Kind/worker``.
    public var kind = Kind.worker

    /// All defaults.
    public init() {}
  }
}

extension Child.Options {
  /// Keeps the options of many children in one allocation.
  final class Box: Sendable {
    let options: Child.Options

    init(_ options: Child.Options) { self.options = options }

    static let readyOnEntry = Box(Child.Options())
    static let signalled = Box(.signalled)
  }

  private static var signalled: Child.Options {
    var options = Child.Options()
    options.readiness = .signalled
    return options
  }

  /// A box for these options; children that only have defaults share one.
  var boxed: Box {
    guard isStandard else { return Box(self) }
    switch readiness {
    case .onEntry: return .readyOnEntry
    case .signalled: return .signalled
    case .probe: return Box(self)
    }
  }

  /// Whether everything but the readiness is as it is by default.
  private var isStandard: Bool {
    restart == .permanent && backoff.isStandard && shutdown == .standard && startDeadline == .seconds(30)
      && heartbeat == nil && limit == nil && !significant && !startMayFail && autostart && kind == .worker
      && gate == .previous
  }
}

extension Backoff {
  fileprivate var isStandard: Bool {
    guard case .exponential(let from, let factor) = kind, case .exponential(from, factor) = Self.standard.kind else {
      return false
    }
    return cap == Self.standard.cap && jitter == Self.standard.jitter && reset == Self.standard.reset
      && immediateFirst == Self.standard.immediateFirst && meaning == Self.standard.meaning
  }
}
