import FoundationEssentials
import Testing

@testable import HoldfastPrograms

extension Harness {
  /// A process of our own that supervises a script; see `Tests/Support/ProgramHost`.
  static func host(_ mode: String, _ script: String = "true", _ change: (inout Program) -> Void = { _ in }) throws
    -> Harness
  {
    let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe").split(separator: "/")
    var program = Program(["/" + path.dropLast().joined(separator: "/") + "/ProgramHost", mode, script])
    change(&program)
    return Harness(program)
  }
}

extension RealPrograms {
  /// A supervising process with special circumstances.
  struct Hosts {
    @Test func `without descriptors a start fails in words, and with some again it succeeds`() async throws {
      let host = try Harness.host("exhaust") { $0.limits.files = .most(64) }
      #expect(await host.run() == nil)
      let failure = host.output.first { $0.hasPrefix("exhausted: ") } ?? ""
      #expect(failure.contains("Too many open files") && failure.contains("ulimit -n"))
      #expect(host.output.last == "recovered: ended")
    }

    @Test func `restarts keep no descriptor`() async throws {
      let host = try Harness.host("supervise", "echo up $$; exec sleep 600")
      _ = try await host.whileRunning {
        var counts: [Int] = []
        for await entry in host.monitor.log.follow(from: 1) where counts.count < 40 {
          guard case .line(let line) = entry, let process = Int32(line.text.dropFirst(3)) else { continue }
          let folder = "/proc/\(try #require(host.monitor.status.process))/fd"
          counts.append(try FileManager.default.contentsOfDirectory(atPath: folder).count)
          if counts.count == 40 { break }
          #expect(System.signal(group: process, ProgramSignal.kill.rawValue))
        }
        // The first Dispatch timers come with descriptors of their own.
        #expect(counts[39] <= counts[1] + 6)
      }
    }

    @Test func `orphans are collected by a supervisor that adopts them, and its own children are not`() async throws {
      let script = "env -i setsid sleep 0.2 & echo orphan $!; exit 3"
      let host = try Harness.host("adopt", script)
      _ = try await host.whileRunning {
        let orphan = try #require(Int32(await host.line(prefix: "orphan ")))
        _ = await Harness(shell: "while [ -d /proc/\(orphan) ]; do sleep 0.01; done").run()
        let supervisor = try #require(host.monitor.status.process)
        let children = await Harness(shell: "cat /proc/\(supervisor)/task/*/children").lines()
        // The guardian and the keeper.
        #expect(children.flatMap { $0.split(separator: " ") }.count == 2)
      }
    }
  }
}

extension Harness {
  func lines() async -> [String] {
    _ = await run()
    return output
  }
}
