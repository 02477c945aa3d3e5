import CHoldfastPrograms

/// Everything that one start needs, resolved and copied, so that nothing can fail for want of an answer between
/// clone and exec.
struct Launch: Sendable {
  var candidates: [String]
  var arguments: [String]
  /// `NAME=value`.
  var environment: [String]
  var directory: String?
  var identity: Identity?
  var mask: UInt16?
  var nice: Int?
  var limits = ResourceLimits()
  var newSession = false
  var diesWithParent = true
}

/// A start that failed at one step.
struct LaunchFailure: Error {
  let step: hf_step
  let error: SystemError
  let detail: Int
}

/// What become a process's standard streams.
struct Streams: Sendable {
  let input: Descriptor
  let output: Descriptor
  let error: Descriptor

  static func null() throws(SystemError) -> Streams {
    let null = try Descriptor.null()
    return Streams(input: null, output: null, error: null)
  }
}

extension Launch {
  /// Starts the program; only on the ``SpawnThread``.
  func start(_ streams: Streams) -> Result<Process, LaunchFailure> {
    var descriptor: Int32 = -1
    var failure = hf_failure()
    let process = unsafe withCRepresentation(streams) { unsafe hf_spawn($0, &descriptor, &failure) }
    guard process > 0 else {
      return .failure(
        LaunchFailure(step: failure.step, error: SystemError(code: failure.error), detail: failure.detail))
    }
    Children.shared.add(process)
    return .success(Process(id: process, descriptor: Descriptor(descriptor)))
  }

  private func withCRepresentation<R>(_ streams: Streams, _ body: (UnsafePointer<hf_spawn>) -> R) -> R {
    let paths = CStrings(candidates)
    let words = CStrings(arguments)
    let variables = CStrings(environment)
    let folder = CStrings(directory.map { [$0] } ?? [])
    let limits = limits.representation
    let groups = identity?.groups ?? []
    return unsafe limits.withUnsafeBufferPointer { limits in
      unsafe groups.withUnsafeBufferPointer { groups in
        var spawn = unsafe hf_spawn()
        unsafe spawn.candidates = unsafe UnsafePointer(paths.pointer)
        unsafe spawn.arguments = unsafe UnsafePointer(words.pointer)
        unsafe spawn.environment = unsafe UnsafePointer(variables.pointer)
        unsafe spawn.directory = unsafe UnsafePointer(folder.pointer[0])
        unsafe spawn.streams = (streams.input.number, streams.output.number, streams.error.number)
        unsafe spawn.limits = limits.baseAddress
        unsafe spawn.limit_count = limits.count
        unsafe spawn.groups = groups.baseAddress
        unsafe spawn.group_count = groups.count
        unsafe describe(&spawn)
        return withExtendedLifetime((paths, words, variables, folder)) { unsafe body(&spawn) }
      }
    }
  }

  private func describe(_ spawn: inout hf_spawn) {
    unsafe spawn.sets_user = identity?.user != nil
    unsafe spawn.user = identity?.user ?? 0
    unsafe spawn.sets_group = identity != nil
    unsafe spawn.group = identity?.group ?? 0
    unsafe spawn.sets_mask = mask != nil
    unsafe spawn.mask = mode_t(mask ?? 0)
    unsafe spawn.sets_nice = nice != nil
    unsafe spawn.nice = Int32(nice ?? 0)
    unsafe spawn.new_session = newSession
    unsafe spawn.dies_with_parent = diesWithParent
  }
}

extension ResourceLimits {
  fileprivate var representation: [hf_limit] {
    let pairs: [(hf_resource, Limit?)] = [
      (HF_RESOURCE_FILES, files), (HF_RESOURCE_MEMORY, memory), (HF_RESOURCE_CPU, cpu), (HF_RESOURCE_CORE, core),
      (HF_RESOURCE_PROCESSES, processes), (HF_RESOURCE_FILE_SIZE, fileSize), (HF_RESOURCE_STACK, stack),
    ]
    return pairs.compactMap { resource, limit in
      limit.map { hf_limit(resource: resource, soft: $0.soft, hard: $0.hard) }
    }
  }
}
