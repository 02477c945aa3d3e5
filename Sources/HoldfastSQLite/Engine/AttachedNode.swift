import Holdfast

/// A node that this process serves; the tables' own, like everything in them.
final class AttachedNode {
  let identity: NodeIdentity
  /// Its row, which executing jobs point at.
  let row: Int64
  let since: WallTime
  var seen: WallTime
  /// When others may take over what it has; on the monotonic clock, so that no step of the wall clock ends a lease.
  var leaseEnd: Instant
  /// Whether its lease has ended, and nothing was heard of it since: it counts as dead.
  var isLapsed = false
  var executing = 0
  var mail = Mail()

  init(_ identity: NodeIdentity, row: Int64, since: WallTime, leaseEnd: Instant) {
    self.identity = identity
    self.row = row
    self.since = since
    self.leaseEnd = leaseEnd
    seen = since
  }

  /// What it hears with its next reply.
  struct Mail {
    var cancellations: [JobCancellation] = []
    var settings: [QueueScope: QueueSettings] = [:]
    var pausesChanged = true
  }
}

/// A job that a node of this process has.
struct RunningJob {
  let node: AttachedNode
  let token: Int64
  let lane: Lane
  let executionKey: String?
}

/// What nodes shall hear.
enum News {
  case cancelRequested(JobCancellation)
  case settings(QueueSettings)
  case pauses
}

extension JobTables {
  /// Puts what the transaction brought into the nodes' mail; after the commit.
  func deliverNews() {
    for item in news { deliver(item) }
    news.removeAll()
    cancelled.add(cancelledNow)
    cancelledNow = CancelledJobs()
  }

  private func deliver(_ item: News) {
    switch item {
    case .cancelRequested(let cancellation):
      guard let run = running[cancellation.run.job], run.token == cancellation.run.token else { return }
      run.node.mail.cancellations.append(cancellation)
    case .settings(let settings):
      for node in nodes.values { node.mail.settings[settings.scope] = settings }
    case .pauses:
      for node in nodes.values { node.mail.pausesChanged = true }
    }
  }

  /// A job was cancelled while nobody ran it: the owner keeps it, others leave word of it.
  func tellCancelled(_ job: JobRecord) throws {
    if isOwner { cancelledNow.add(job) } else { try send(.cancelled, job.id.number) }
  }

  /// Moves a node's mail into its reply.
  func readMail(of id: String, into reply: inout JobExchangeReply) {
    guard let node = nodes[id] else { return }
    let mail = node.mail
    reply.cancellations = mail.cancellations.filter { running[$0.run.job]?.token == $0.run.token }
    reply.settings = mail.settings.values.map { $0 }
    reply.pauses = mail.pausesChanged ? rules.pauses.keys.map { $0 } : nil
    reply.cancelled = cancelled.take { node.identity.handles[$0] != nil }
    node.mail = AttachedNode.Mail()
    node.mail.pausesChanged = false
  }

  /// A job is no longer with its node.
  func forget(_ id: JobID) {
    guard let run = running.removeValue(forKey: id) else { return }
    run.node.executing -= 1
  }
}
