import FoundationEssentials
import Glibc
import Testing

@testable import HoldfastPrograms

extension RealPrograms {
  @Suite struct OnceTests {
    private func shell(_ script: String, _ change: (inout Program) -> Void = { _ in }) -> Program {
      var program = Program(["/bin/sh", "-c", script])
      change(&program)
      return program
    }

    @Test func `input goes in whole and output comes out`() async throws {
      let input = Data((0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) })
      let result = try await Program(["cat"]).runOnce(as: "cat", input: input, outputLimit: 1 << 20)
      #expect(result.exit == .exited(0))
      #expect(result.output == input && result.droppedOutput == 0)
    }

    @Test func `a program that does not read its input does not mind`() async throws {
      let result = try await shell("exit 7").runOnce(as: "x", input: Data(repeating: 1, count: 1 << 20))
      #expect(result.exit == .exited(7))
      #expect(result.output.isEmpty)
    }

    @Test func `the first bytes of the output and the last ones of the errors are kept`() async throws {
      let script = "seq 1 1000; seq 1 1000 >&2; exit 3"
      let result = try await shell(script).runOnce(as: "x", outputLimit: 5, errorLimit: 9)
      #expect(result.exit == .exited(3))
      #expect(String(decoding: result.output, as: UTF8.self) == "1\n2\n3")
      #expect(result.droppedOutput == 3893 - 5)
      #expect(result.errors == "999\n1000\n" && result.droppedErrors == 3893 - 9)
    }

    @Test func `C4 a cancelled task stops the program politely, and all that it started`() async throws {
      let program = shell("trap 'echo bye; exit 9' TERM; sleep 1000 & echo $!; wait; wait") {
        $0.stop = [.signal(.terminate), .wait(.seconds(20)), .signal(.kill)]
      }
      let monitor = ProgramMonitor()
      let task = Task { try await program.runOnce(as: "x", monitor: monitor) }
      for await _ in monitor.log.follow(from: 1) { break }
      task.cancel()
      let result = try await task.value
      #expect(result.exit == .exited(9))
      let words = String(decoding: result.output, as: UTF8.self).split(separator: "\n")
      #expect(words.last == "bye")
      let child = try #require(words.first.flatMap { Int32($0) })
      #expect(!isAlive(child))
    }

    @Test func `T8 a program that ignores the request is killed`() async throws {
      let program = shell("trap '' TERM; echo up; while :; do sleep 0.01; done") {
        $0.stop = [.signal(.terminate), .wait(.milliseconds(50)), .signal(.kill)]
      }
      let monitor = ProgramMonitor()
      let task = Task { try await program.runOnce(as: "x", monitor: monitor) }
      for await _ in monitor.log.follow(from: 1) { break }
      task.cancel()
      #expect(try await task.value.exit == .signalled(.kill, coreDumped: false))
    }

    @Test func `what cannot be started says why`() async throws {
      await #expect(throws: ProgramError.self) { try await Program(["/no/such"]).runOnce(as: "x") }
      await #expect(throws: CancellationError.self) {
        let task = Task {
          try? await Task.sleep(for: .seconds(1000))
          return try await Program(["true"]).runOnce(as: "x")
        }
        task.cancel()
        return try await task.value
      }
    }

    @Test func `kept bytes are the first or the last ones, whatever the pieces`() {
      for limit in 0...7 {
        for size in 1...5 {
          var (first, last) = (KeptBytes(.first, limit: limit), KeptBytes(.last, limit: limit))
          let all = (0..<23).map(UInt8.init)
          for start in stride(from: 0, to: all.count, by: size) {
            first.append(all[start..<min(all.count, start + size)])
            last.append(all[start..<min(all.count, start + size)])
          }
          #expect(first.finish() == Array(all.prefix(limit)) && first.dropped == 23 - limit)
          #expect(last.finish() == Array(all.suffix(limit)) && last.dropped == 23 - limit)
        }
      }
    }
  }
}
