import Holdfast
import HoldfastPrograms

extension ProgramConfiguration {
  /// What is executed, as whom and within which limits.
  var process: Program {
    var program = Program(command)
    program.directory = directory
    program.environment = ProgramEnvironment(inherit: inherit.library, set: environment)
    let account = user?.split(separator: ":").map(String.init) ?? []
    program.user = account.first
    program.group = account.count > 1 ? account[1] : nil
    program.umask = umask.map(UInt16.init)
    program.nice = nice
    program.limits = resources.library
    program.stop = StopSequence(stop.map(\.library))
    return program
  }

  /// What the library runs for one of its children.
  func program(_ child: String, state: String) -> Program {
    var program = process
    program.success = success
    program.readiness = ready?.library ?? .onStart
    program.logs = logs.options(child, numbered: replicas > 1, state: state)
    return program
  }

  /// The child in the tree. A first start that fails is retried like any crash: the rest keeps running.
  func child(_ id: String, state: String, monitor: ProgramMonitor) -> Child {
    .program(
      id, program(id, state: state), restart: restart, backoff: backoff.policy, limit: limit,
      startDeadline: startDeadline, startMayFail: true, autostart: autostart, monitor: monitor)
  }
}

extension Inheritance {
  fileprivate var library: ProgramEnvironment.Inheritance {
    switch self {
    case .all: .all
    case .none: .none
    case .names(let names): .only(names)
    }
  }
}

extension StopStep {
  fileprivate var library: StopSequence.Step {
    switch self {
    case .signal(let signal): .signal(signal)
    case .wait(let duration): .wait(duration)
    }
  }
}

extension ReadinessConfiguration {
  fileprivate var library: ProgramReadiness {
    switch self {
    case .http(let url): .http(url)
    case .tcp(let host, let port): .tcp(host: host, port: UInt16(clamping: port))
    case .exec(let command): .exec(command)
    case .line(let text): .line(text)
    }
  }
}

extension ResourceConfiguration {
  fileprivate var library: ResourceLimits {
    var limits = ResourceLimits()
    limits.memory = memory.map(ResourceLimits.Limit.most)
    limits.files = files.map(ResourceLimits.Limit.most)
    limits.cpu = cpu.map(ResourceLimits.Limit.most)
    limits.processes = processes.map(ResourceLimits.Limit.most)
    limits.core = core.map(ResourceLimits.Limit.most)
    limits.fileSize = fileSize.map(ResourceLimits.Limit.most)
    return limits
  }
}

extension LogConfiguration {
  fileprivate func options(_ child: String, numbered: Bool, state: String) -> ProgramLogOptions {
    let path: String? =
      switch file {
      case .standard: "\(state)/logs/\(child).log"
      case .path(let path): numbered ? "\(path).\(child)" : path
      case .none: nil
      }
    let file = path.map { ProgramLogOptions.File($0, size: Int(clamping: size), keep: keep) }
    return ProgramLogOptions(lines: ring, bytes: max(1 << 20, ring << 10), file: file)
  }
}
