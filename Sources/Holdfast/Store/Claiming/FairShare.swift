import HeapModule

/// Whose turn it is, among tenants that want the same workers: stride scheduling, as a value.
///
/// Each lane has a *pass*, its virtual time; the lane with the smallest is next, and each job moves it on by
/// `1 / weight`. So over any stretch in which lanes have work they get jobs in proportion to their weights, whatever they
/// have queued. A lane that had nothing to do comes back at the others' time: it neither saves up nor pays for the past.
///
/// ```
/// while wanted > 0, let lane = share.next {
///   if let job = take(from: lane) { share.charge(lane) } else { share.end(lane) }   // or skip(lane): not in this round
/// }
/// share.endRound()
/// ```
///
/// Each step costs O(log lanes with work).
package struct FairShare: Sendable {
  /// A store's number of a lane. Not generic: this runs for each job, and stores are in other modules.
  package typealias Lane = Int

  private struct Account {
    var pass = 0.0
    var weight = 1.0
    /// Whether it has work; its heap entry is the one of this pass.
    var isActive = false
    var isSkipped = false
  }

  private struct Turn: Comparable {
    let pass: Double
    let lane: Lane

    static func < (lhs: Turn, rhs: Turn) -> Bool { (lhs.pass, lhs.lane) < (rhs.pass, rhs.lane) }
  }

  private var accounts: [Lane: Account] = [:]
  private var turns = Heap<Turn>()
  private var skipped: [Lane] = []
  /// The pass of whoever was served last: where newcomers begin.
  private var time = 0.0

  package init() {}

  /// Lanes that have work.
  package var active: Int { accounts.count(where: \.value.isActive) }

  /// The lane whose turn it is; nil when none is left in this round.
  package var next: Lane? { turns.min?.lane }

  /// Sets a lane's share, > 0. Default 1. What it has used stays used.
  package mutating func setWeight(_ weight: Double, of lane: Lane) {
    accounts[lane, default: Account()].weight = weight
  }

  /// A lane has work now; saying so again changes nothing.
  package mutating func begin(_ lane: Lane) {
    var account = accounts[lane, default: Account()]
    guard !account.isActive else { return }
    account.isActive = true
    account.pass = max(account.pass, time)
    accounts[lane] = account
    turns.insert(Turn(pass: account.pass, lane: lane))
  }

  /// A lane has no work any more.
  package mutating func end(_ lane: Lane) {
    guard let account = accounts[lane], account.isActive else { return }
    accounts[lane]?.isActive = false
    remove(lane, account)
  }

  /// A lane was served; its turn moves on.
  package mutating func charge(_ lane: Lane, jobs: Int = 1) {
    guard var account = accounts[lane] else { return }
    // The pass at which the last of them was served.
    time = max(time, account.pass + Double(max(0, jobs - 1)) / account.weight)
    let isWaiting = account.isActive && !account.isSkipped
    let turn = Turn(pass: account.pass + Double(jobs) / account.weight, lane: lane)
    account.pass = turn.pass
    accounts[lane] = account
    guard isWaiting else { return }
    if turns.min?.lane == lane {
      turns.replaceMin(with: turn)
    } else {
      remove(lane, account)
      turns.insert(turn)
    }
  }

  /// A lane cannot be served in this round: paused, at a limit, or not asked for.
  package mutating func skip(_ lane: Lane) {
    guard let account = accounts[lane], account.isActive, !account.isSkipped else { return }
    remove(lane, account)
    accounts[lane]?.isSkipped = true
    skipped.append(lane)
  }

  /// Brings the skipped lanes back.
  package mutating func endRound() {
    for lane in skipped {
      accounts[lane]?.isSkipped = false
      guard let account = accounts[lane], account.isActive else { continue }
      turns.insert(Turn(pass: account.pass, lane: lane))
    }
    skipped.removeAll(keepingCapacity: true)
  }

  /// Forgets a lane that is gone.
  package mutating func forget(_ lane: Lane) {
    end(lane)
    accounts[lane] = nil
  }

  private mutating func remove(_ lane: Lane, _ account: Account) {
    guard !account.isSkipped else { return }
    if turns.min?.lane == lane {
      turns.removeMin()
    } else {
      turns = Heap(turns.unordered.filter { $0.lane != lane })
    }
  }
}
