/// What supervision events mean for alarms: pure.
enum SupervisionReports {
  static let down = "child.down"
  static let abandoned = "child.abandoned"
  static let limitReached = "supervisor.limitReached"

  static func reports(of event: SupervisionEvent) -> [AlarmReport] {
    let path = event.path
    switch event.kind {
    case .startFailed(let error): return [isDown(path, "did not start: \(error)")]
    case .exited(.failed(let error), _): return [isDown(path, "failed: \(error)")]
    case .exited(.abandoned, _), .heartbeatMissed: return [isDown(path, "does not answer")]
    case .startDeadlineMissed: return [isDown(path, "was not ready in time")]
    case .parked(let reason): return [isDown(path, "parked: \(reason)")]
    case .ready, .supervisorStarted: return [.clear(.about(down, path)), .clear(.about(limitReached, path))]
    case .stopped, .removed, .finished: return [.clear(.about(down, path))]
    case .abandoned: return [.set(.about(abandoned, path), "its task did not end by its deadline", severity: .error)]
    case .endedLate: return [.clear(.about(abandoned, path))]
    case .limitReached(let limit, let action):
      return [.set(.about(limitReached, path), "\(limit); \(action)", severity: .critical)]
    default: return []
    }
  }

  private static func isDown(_ path: String, _ words: String) -> AlarmReport {
    .set(.about(down, path), RecordKey.fitting(words), severity: .error)
  }

  /// What is the case in a tree, to correct what alarms say.
  struct Paths {
    private(set) var down: Set<String> = []
    private var abandoned: Set<AlarmID> = []
    private var upAgain: Set<AlarmID> = []
    private var known: Set<AlarmID> = []
    private let root: String

    init(_ snapshot: SupervisorSnapshot) {
      root = snapshot.path
      add(snapshot)
    }

    private mutating func add(_ tree: SupervisorSnapshot) {
      for child in tree.abandoned { abandoned.insert(.about(SupervisionReports.abandoned, "\(tree.path)/\(child.id)")) }
      for child in tree.children {
        let path = "\(tree.path)/\(child.id)"
        if [.waiting, .parked].contains(child.state) {
          down.insert(path)
          known.insert(.about(SupervisionReports.down, path))
        } else if child.state == .running {
          upAgain.insert(.about(SupervisionReports.limitReached, path))
        }
        if let subtree = child.subtree { add(subtree) }
      }
    }

    /// A report that takes back an alarm of ours about this tree; nil for one that is right or is not ours.
    func correction(of id: AlarmID) -> AlarmReport? {
      guard let path = id.parameters.first, path == root || path.hasPrefix(root + "/") else { return nil }
      switch id.type {
      case SupervisionReports.down: return known.contains(id) ? nil : .clear(id)
      case SupervisionReports.abandoned: return abandoned.contains(id) ? nil : .clear(id)
      case SupervisionReports.limitReached: return upAgain.contains(id) ? .clear(id) : nil
      default: return nil
      }
    }
  }
}
