import Foundation

/// What the kernel says about a process.
struct ProcessFacts {
  let pid: Int32

  static let own = ProcessFacts(pid: ProcessInfo.processInfo.processIdentifier)

  /// Resident memory in bytes.
  var resident: Double {
    let pages = read("statm").split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? .nan
    return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
  }

  var threads: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []
  }

  /// How often its threads slept and were woken since they began.
  var wakeUps: Double {
    threads.map { field("voluntary_ctxt_switches", in: read("task/\($0)/status")) }.reduce(0, +)
  }

  private func read(_ file: String) -> String {
    (try? String(contentsOfFile: "/proc/\(pid)/\(file)", encoding: .utf8)) ?? ""
  }

  private func field(_ name: String, in text: String) -> Double {
    let line = text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    return line?.split(separator: "\t").last.flatMap { Double($0) } ?? 0
  }
}

/// Microseconds that something takes.
func microseconds(_ body: () async throws -> Void) async rethrows -> Double {
  let start = ContinuousClock.now
  try await body()
  return (ContinuousClock.now - start) / .microseconds(1)
}
