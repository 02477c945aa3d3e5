import CHoldfastPrograms

extension ProgramExit {
  init(_ exit: hf_exit?) {
    guard let exit else {
      self = .unknown
      return
    }
    self =
      exit.signalled
      ? .signalled(ProgramSignal(rawValue: exit.status), coreDumped: exit.dumped_core) : .exited(exit.status)
  }
}

extension ProgramUsage {
  init?(_ exit: hf_exit?) {
    guard let exit else { return nil }
    self.init(user: .microseconds(exit.user_microseconds), system: .microseconds(exit.system_microseconds))
  }
}
