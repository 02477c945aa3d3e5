import Testing

@testable import Holdfast

/// A world that does what a reconciler says, late and not always successfully.
private struct ReconcilerWorld {
  var machine = Reconciler<Int, Int>(lanes: 3)
  var random: Numbers
  var table: [Int: String] = [:]
  /// The revision that each live instance was made from.
  var live: [Int: [String]] = [:]
  var starts: [(row: TableRow<Int, Int>, generation: UInt64)] = []
  var stops: [(key: Int, generation: UInt64)] = []
  var cancelled: Set<UInt64> = []
  var waiting: Set<Int> = []
  var violations: [String] = []

  struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9e37_79b9_7f4a_7c15
      var word = state
      word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
      word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
      return word ^ (word >> 31)
    }
  }

  func isUp(_ key: Int) -> Bool { live[key] != nil }

  mutating func act() {
    for action in machine.drain() {
      switch action {
      case .start(let row, let generation, _):
        if starts.contains(where: { $0.row.key == row.key }) || stops.contains(where: { $0.key == row.key }) {
          violations.append("two things at once for \(row.key)")
        }
        starts.append((row, generation))
      case .cancelStart(_, let generation): cancelled.insert(generation)
      case .stop(let key, let generation): stops.append((key, generation))
      case .ended(let key, _):
        if waiting.remove(key) == nil { violations.append("an end of \(key) that nobody waited for") }
      }
    }
  }

  mutating func finishStart(_ index: Int) {
    let (row, generation) = starts.remove(at: index)
    let fails = Int.random(in: 0..<5, using: &random) == 0
    if !cancelled.contains(generation) || Int.random(in: 0..<3, using: &random) == 0, !fails {
      if live[row.key] != nil { violations.append("two instances of \(row.key)") }
      live[row.key, default: []].append(row.revision)
    }
    machine.startEnded(row.key, generation, isUp: isUp(row.key))
  }

  mutating func finishStop(_ index: Int) {
    let (key, generation) = stops.remove(at: index)
    live[key] = nil
    machine.stopEnded(key, generation, .shutdown)
  }

  mutating func pass(isComplete: Bool) {
    _ = machine.passBegan()
    for (key, revision) in table { machine.read(TableRow(key, revision: revision, 0), isUp: isUp(key)) }
    machine.passEnded(isComplete: isComplete) { [live] in live[$0] != nil }
  }

  mutating func step() {
    let key = Int.random(in: 0..<6, using: &random)
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1: table[key] = String(Int.random(in: 0..<3, using: &random))
    case 2: table[key] = nil
    case 3: pass(isComplete: Bool.random(using: &random))
    case 4: live[key] = stops.contains { $0.key == key } ? live[key] : nil
    case 5: if (try? machine.stop(key, isUp: isUp(key))) != nil { waiting.insert(key) }
    case 6:
      guard let generation = try? machine.claim(key, isUp: isUp(key)) else { break }
      machine.claimed(key, generation, table[key].map { TableRow(key, revision: $0, 0) })
    case 7:
      if let revision = table[key] {
        machine.read(TableRow(key, revision: revision, 0), isUp: isUp(key))
      } else {
        machine.absent(key, isUp: isUp(key))
      }
    case 8, 9: if let index = starts.indices.randomElement(using: &random) { finishStart(index) }
    default: if let index = stops.indices.randomElement(using: &random) { finishStop(index) }
    }
    act()
  }

  /// With no more changes, a few passes must bring about exactly the table.
  mutating func settle() {
    for _ in 0..<40 {
      pass(isComplete: true)
      act()
      while !starts.isEmpty || !stops.isEmpty {
        if !starts.isEmpty { finishStart(0) } else { finishStop(0) }
        act()
      }
      if live == table.mapValues({ [$0] }) { return }
    }
  }
}

@Suite(.timeLimit(.minutes(10))) struct ReconcilerPropertyTests {
  @Test func `whatever happens, no key has two instances and in the end exactly the table runs`() {
    for seed in 0..<2000 as Range<UInt64> {
      var world = ReconcilerWorld(random: .init(state: seed))
      for _ in 0..<150 { world.step() }
      world.settle()
      #expect(world.violations.isEmpty, "seed \(seed)")
      #expect(world.live == world.table.mapValues { [$0] }, "seed \(seed)")
      #expect(world.waiting.isEmpty && world.machine.isSettled, "seed \(seed)")
      if !world.violations.isEmpty || world.live != world.table.mapValues({ [$0] }) { return }
    }
  }
}
