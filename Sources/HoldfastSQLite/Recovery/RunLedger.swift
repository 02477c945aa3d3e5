import GRDB
import Holdfast
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which runs had begun and not ended, in a small file that is mapped into memory.
///
/// Noting one is two plain stores: the kernel keeps the page when the process is killed, so the death can be blamed on
/// the jobs that ran and not on those that only waited. A power cut may lose it; the file says of which boot it is, and
/// one of another boot is not believed.
@safe final class RunLedger: Sendable {
  private static let slots = 65_536
  private static let headerBytes = 4096
  private static var size: Int { headerBytes + slots * 16 }

  private struct Book {
    var slots: [RunReference: Int] = [:]
    var free = Array((0..<RunLedger.slots).reversed())
    var isClosed = false
  }

  /// Two words a slot: token, then job; a slot counts when its job is not 0.
  nonisolated(unsafe) private let memory: UnsafeMutableRawPointer
  private let book = Mutex(Book())

  /// Opens the file, and gives what an earlier process left in it.
  static func open(_ path: String) throws -> (ledger: RunLedger, left: LeftRuns) {
    let descriptor = systemOpen(path)
    guard descriptor >= 0 else { throw SystemFailure("open", path) }
    defer { systemClose(descriptor) }
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw SystemFailure("resize", path) }
    // Blocks are taken now: a full disk would otherwise kill the process at the first store.
    let code = posix_fallocate(descriptor, 0, off_t(size))
    guard code == 0 else { throw SystemFailure("fill", path, code) }
    let memory = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { throw SystemFailure("map", path) }
    let left = unsafe LeftRuns(memory, boot: BootIdentity.current, slots: slots, headerBytes: headerBytes)
    return unsafe (RunLedger(memory), left)
  }

  private init(_ memory: UnsafeMutableRawPointer) {
    unsafe self.memory = memory
  }

  deinit { retire() }

  /// Empties it for this process, once what was left has been recovered and that is committed.
  func clear() {
    unsafe memset(memory, 0, Self.size)
    unsafe withUnsafeBytes(of: BootIdentity.current) { unsafe memory.copyMemory(from: $0.baseAddress!, byteCount: 16) }
  }

  /// A run is about to begin. Beyond 65,536 at once the rest go unnoted, and a death is not blamed on them.
  func began(_ run: RunReference) {
    book.withLock { book in
      guard !book.isClosed, book.slots[run] == nil, let slot = book.free.popLast() else { return }
      book.slots[run] = slot
      store(run.token, at: slot, word: 1)
      store(run.job.number, at: slot, word: 0)
    }
  }

  /// A run has ended.
  func ended(_ run: RunReference) {
    book.withLock { book in
      guard !book.isClosed, let slot = book.slots.removeValue(forKey: run) else { return }
      store(0, at: slot, word: 0)
      book.free.append(slot)
    }
  }

  /// Leaves the file as it is, for whoever opens it next.
  func retire() {
    book.withLock { book in
      if !book.isClosed { unsafe munmap(memory, Self.size) }
      book.isClosed = true
    }
  }

  /// How far a run of this process is.
  func trace(_ run: RunReference) -> RunTrace {
    book.withLock { $0.isClosed ? .unknown : $0.slots[run] == nil ? .notBegun : .begun }
  }

  /// Atomic, so that the compiler neither drops nor moves it.
  private func store(_ value: Int64, at slot: Int, word: Int) {
    let address = unsafe memory + Self.headerBytes + slot * 16 + word * 8
    unsafe address.assumingMemoryBound(to: Atomic<Int64>.self).pointee.store(value, ordering: .releasing)
  }
}

private func systemOpen(_ path: String) -> Int32 { unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }

private func systemClose(_ descriptor: Int32) { _ = close(descriptor) }

/// What an earlier process left in its ledger.
struct LeftRuns: Sendable {
  private let isBelieved: Bool
  private let begun: Set<RunReference>

  @unsafe fileprivate init(_ memory: UnsafeMutableRawPointer, boot: BootIdentity, slots: Int, headerBytes: Int) {
    isBelieved = unsafe memory.load(as: BootIdentity.self) == boot
    var begun: Set<RunReference> = []
    for slot in 0..<slots {
      let job = unsafe memory.load(fromByteOffset: headerBytes + slot * 16, as: Int64.self)
      let token = unsafe memory.load(fromByteOffset: headerBytes + slot * 16 + 8, as: Int64.self)
      if job != 0 { begun.insert(RunReference(job: JobID(job), token: token)) }
    }
    self.begun = begun
  }

  /// How far a run was when its process ended.
  func trace(_ run: RunReference) -> RunTrace {
    guard isBelieved else { return .unknown }
    return begun.contains(run) ? .begun : .notBegun
  }
}

/// Which start of the machine this is.
struct BootIdentity: Equatable, BitwiseCopyable {
  let high: UInt64
  let low: UInt64

  /// The kernel's own number; the same for two starts where it has none.
  static let current: BootIdentity = {
    guard let file = unsafe fopen("/proc/sys/kernel/random/boot_id", "r") else { return BootIdentity(high: 1, low: 1) }
    defer { unsafe fclose(file) }
    var text = [UInt8](repeating: 0, count: 64)
    let count = unsafe text.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, file) }
    let digits = text.prefix(count).compactMap { Character(UnicodeScalar($0)).hexDigitValue }
    let words = digits.chunkedIntoWords
    return BootIdentity(high: words.0, low: words.1)
  }()
}

extension [Int] {
  fileprivate var chunkedIntoWords: (UInt64, UInt64) {
    (prefix(16).reduce(0) { $0 << 4 | UInt64($1) }, dropFirst(16).reduce(0) { $0 << 4 | UInt64($1) })
  }
}
