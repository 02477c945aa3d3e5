import FoundationEssentials
import Glibc
import Synchronization
import Testing

@testable import HoldfastPrograms

struct LineCutterTests {
  private func cut(_ chunks: [String], limit: Int = 8192) -> [LineCutter.Piece] {
    cut(chunks.map { Array($0.utf8) }, limit: limit)
  }

  private func cut(_ chunks: [[UInt8]], limit: Int = 8192) -> [LineCutter.Piece] {
    var cutter = LineCutter(limit: limit)
    var pieces = chunks.flatMap { cutter.add($0[...]) }
    if let last = cutter.finish() { pieces.append(last) }
    return pieces
  }

  @Test func `lines come out whole, however the bytes arrive`() {
    #expect(cut(["a\nb", "c\r\n", "\nd"]).map(\.text) == ["a", "bc", "", "d"])
    #expect(cut(Array("one\ntwo\n".utf8).map { [$0] }).map(\.text) == ["one", "two"])
  }

  @Test func `a long line is split and marked`() {
    let pieces = cut(["abcdefghij\nk\n"], limit: 4)
    #expect(pieces.map(\.text) == ["abcd", "efgh", "ij", "k"])
    #expect(pieces.map(\.isContinued) == [true, true, false, false])
  }

  @Test func `a line of exactly the limit is not split`() {
    #expect(cut(["abcd\n"], limit: 4) == [.init(text: "abcd")])
  }

  @Test func `a split cuts no character in two`() {
    #expect(cut(["ab€€\n"], limit: 4).map(\.text) == ["ab", "€", "€"])
    #expect(cut(["🦊🦊🦊\n"], limit: 6).map(\.text) == ["🦊", "🦊", "🦊"])
  }

  @Test func `bytes that are no UTF-8 are replaced, also when only they are there`() {
    #expect(cut([[0x61, 0xFF, 0x62, 0x0A]]).map(\.text) == ["a\u{FFFD}b"])
    #expect(cut([[UInt8](repeating: 0x80, count: 9) + [0x0A]], limit: 4).map(\.isContinued) == [true, true, false])
  }
}

struct LogTests {
  private func log(lines: Int = 3, bytes: Int = 1 << 20) -> ProgramLog {
    ProgramLog(ProgramLogOptions(lines: lines, bytes: bytes))
  }

  private func add(_ texts: String..., to log: ProgramLog) {
    log.append(texts.map { .init(text: $0) }, .out, generation: 1)
  }

  @Test func `only the latest lines stay, and their numbers go on`() {
    let log = log()
    for number in 1...500 { add("\(number)", to: log) }
    #expect(log.lines().map(\.text) == ["498", "499", "500"])
    #expect(log.lines(last: 1).map(\.sequence) == [500])
    #expect(log.next == 501)
  }

  @Test func `long lines displace more of the others`() {
    let log = log(lines: 100, bytes: 10)
    add("aaaa", "bbbb", "cccc", to: log)
    #expect(log.lines().map(\.text) == ["bbbb", "cccc"])
    add("a line that alone is longer", to: log)
    #expect(log.lines().count == 1)
  }

  @Test func `a follower gets what was there, then what comes`() async {
    let log = log()
    add("one", to: log)
    var entries = log.follow(from: 1).makeAsyncIterator()
    #expect(await entries.text == "one")
    async let second = entries.text
    add("two", to: log)
    #expect(await second == "two")
  }

  @Test func `a follower that is too slow is told how much it missed`() async {
    let log = log()
    for number in 1...10 { add("\(number)", to: log) }
    var entries = log.follow(from: 2).makeAsyncIterator()
    #expect(await entries.next(isolation: #isolation) == .dropped(6))
    #expect(await entries.text == "8")
  }

  @Test(.timeLimit(.minutes(10))) func `a cancelled follower ends`() async {
    let log = log()
    let task = Task {
      var count = 0
      for await _ in log.follow() { count += 1 }
      return count
    }
    task.cancel()
    #expect(await task.value == 0)
  }
}

extension AsyncIteratorProtocol where Element == ProgramLog.Entry, Failure == Never {
  fileprivate var text: String? {
    mutating get async {
      guard case .line(let line) = await next(isolation: #isolation) else { return nil }
      return line.text
    }
  }
}

extension RealPrograms {
  struct Output {
    @Test func `both streams are captured, with the last line that was never ended`() async {
      let harness = Harness(shell: "echo out; echo err >&2; printf 'no end'")
      #expect(await harness.run(generation: 3) == nil)
      let lines = harness.monitor.log.lines()
      #expect(lines.filter { $0.stream == .out }.map(\.text) == ["out", "no end"])
      #expect(lines.filter { $0.stream == .err }.map(\.text) == ["err"])
      #expect(lines.allSatisfy { $0.generation == 3 })
    }

    @Test func `all of a large output is seen before the end`() async {
      let harness = Harness(shell: "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done")
      #expect(await harness.run() == nil)
      #expect(harness.monitor.log.next == 20001)
      #expect(harness.output.last == "line 19999")
      #expect(harness.output.count == 1000)
    }

    @Test func `a program without line ends never blocks`() async {
      let harness = Harness(shell: "head -c 3000000 /dev/zero; echo; echo done >&2")
      #expect(await harness.run() == nil)
      #expect(harness.monitor.log.lines().contains { $0.text == "done" })
    }

    @Test func `a file gets every line and is rotated by size`() async throws {
      let folder = try TemporaryFolder()
      let harness = Harness(shell: "i=10; while [ $i -lt 40 ]; do echo line $i; i=$((i+1)); done; kill -9 $$") {
        $0.logs.file = .init(folder.path + "/web.log", size: 80, keep: 3, format: .plain)
      }
      _ = await harness.run()
      await flush(harness)
      let files = [folder.read("web.log.2"), folder.read("web.log.1"), folder.read("web.log")].map { $0 ?? "" }
      #expect(files.map { $0.split(separator: "\n").count } == [10, 10, 10])
      #expect(files.joined().split(separator: "\n").last == "line 39")
      #expect(folder.read("web.log.3") == nil)
    }

    @Test func `a file that somebody removed is made anew`() async throws {
      let folder = try TemporaryFolder()
      let log = ProgramLog(ProgramLogOptions(file: .init(folder.path + "/a", format: .plain)))
      for text in ["one", "two"] {
        log.append([.init(text: text)], .out, generation: 1)
        await flush(log)
        #expect(folder.read("a") == text + "\n")
        try FileManager.default.removeItem(atPath: folder.path + "/a")
      }
    }

    @Test func `a stamped line begins with its time and stream`() async throws {
      let folder = try TemporaryFolder()
      let log = ProgramLog(ProgramLogOptions(file: .init(folder.path + "/a")))
      log.append([.init(text: "hello")], .err, generation: 1)
      await flush(log)
      let text = try #require(folder.read("a"))
      #expect(text.wholeMatch(of: /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ err hello\n/) != nil)
    }

    @Test func `a full disk is told once, loses nothing in memory and harms no program`() async throws {
      let harness = Harness(shell: "echo one; sleep 0.05; echo two; sleep 0.05; echo three") {
        $0.logs.file = .init("/dev/full")
      }
      #expect(await harness.run() == nil)
      await flush(harness)
      #expect(harness.output == ["one", "two", "three"])
      #expect(harness.monitor.log.fileTrouble == "/dev/full: No space left on device")
      #expect(harness.reported.count == 1)
      #expect(harness.monitor.log.lines().filter { $0.stream == .note }.count == 1)
    }

    private func flush(_ harness: Harness) async { await flush(harness.monitor.log) }

    private func flush(_ log: ProgramLog) async {
      let done = Signal()
      log.flush { done.set() }
      await done.wait()
    }
  }
}

/// The file alone, on a disk that fills up and is emptied again.
struct RotatedFileTests {
  private let line = Array("0123456789\n".utf8)

  @Test func `a rotation that fails loses no file, and succeeds when it can`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.path + "/log.1", withIntermediateDirectories: false)
    var file = RotatedFile(.init(folder.path + "/log", size: 11, keep: 2, format: .plain))
    let first = file.write([line, line])
    #expect(first.written == 1 && first.error != nil)
    #expect(file.write([line]).written == 0)
    try FileManager.default.removeItem(atPath: folder.path + "/log.1")
    #expect(file.write([line]) == (1, nil))
    #expect(folder.read("log")?.count == 11 && folder.read("log.1")?.count == 11)
  }

  @Test func `a device is never rotated, and a pipe never opened`() throws {
    let folder = try TemporaryFolder()
    let device = folder.path + "/null"
    try FileManager.default.createSymbolicLink(atPath: device, withDestinationPath: "/dev/null")
    var file = RotatedFile(.init(device, size: 11, format: .plain))
    #expect(file.write([line, line, line]) == (3, nil))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: device) == "/dev/null")
    let pipe = folder.path + "/pipe"
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    let reader = Descriptor(unsafe open(pipe, O_RDONLY | O_NONBLOCK))
    var refused = RotatedFile(.init(pipe, format: .plain))
    #expect(refused.write([line]).error?.code == ENOTSUP)
    withExtendedLifetime(reader) {}
  }

  @Test func `a folder that comes later is used then`() throws {
    let folder = try TemporaryFolder()
    let place = folder.path + "/later"
    var file = RotatedFile(.init(place + "/log", format: .plain))
    let first = file.write([Array("one\n".utf8)])
    #expect(first.written == 0 && first.error?.isMissing == true)
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
    #expect(file.write([Array("two\n".utf8)]) == (1, nil))
    #expect(folder.read("later/log") == "two\n")
  }

  @Test(.enabled(if: geteuid() == 0)) func `half a line on a full disk is ended before the next one`() throws {
    let folder = try TemporaryFolder()
    try #require(unsafe mount("tmpfs", folder.path, "tmpfs", 0, "size=8k") == 0)
    defer { unsafe umount2(folder.path, Int32(MNT_DETACH)) }
    let filler = try folder.write(String(repeating: "x", count: 4000), to: "filler")
    var file = RotatedFile(.init(folder.path + "/log", format: .plain))
    let line = Array(String(repeating: "y", count: 3000).utf8) + [10]
    // The first line fits half.
    let full = file.write([line, line])
    #expect(full.error != nil && full.written == 0)
    try FileManager.default.removeItem(atPath: filler)
    #expect(file.write([line]) == (1, nil))
    let lines = folder.read("log")?.split(separator: "\n").map(\.count) ?? []
    #expect(lines.last == 3000)
    #expect(folder.read("log")?.hasSuffix("\n") == true)
  }
}
