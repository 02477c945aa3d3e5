/// In which order things start: after what they name in `after:`, otherwise as they stand in the file.
struct StartOrder: Equatable {
  /// One child of the root.
  enum Unit: Equatable {
    case program(String)
    /// A group with its programs in start order.
    case group(String, [String])
  }

  /// Children of the root in start order.
  let units: [Unit]
  /// Which children of the root each of them waits for.
  let needs: [String: Set<String>]

  /// Names that wait for each other in a circle; the first one comes last again.
  struct Cycle: Error, Equatable {
    let path: [String]
  }

  init(_ configuration: Configuration) throws(Cycle) {
    let groupOf = Dictionary(configuration.programs.map { ($0.name, $0.group ?? $0.name) }) { first, _ in first }
    var needs: [String: [String]] = [:]
    for program in configuration.programs {
      let unit = program.group ?? program.name
      needs[unit, default: []] += program.after.map { groupOf[$0] ?? $0 }.filter { $0 != program.group }
    }
    for group in configuration.groups { needs[group.name, default: []] += group.after.map { groupOf[$0] ?? $0 } }
    let names = configuration.unitNames
    var units: [Unit] = []
    for name in try Self.sorted(names, needs: needs) {
      units.append(try Self.unit(name, configuration))
    }
    self.units = units
    self.needs = needs.mapValues(Set.init)
  }

  private static func unit(_ name: String, _ configuration: Configuration) throws(Cycle) -> Unit {
    guard configuration.groups.contains(where: { $0.name == name }) else { return .program(name) }
    let members = configuration.programs.filter { $0.group == name }
    let needs = Dictionary(members.map { ($0.name, $0.after) }) { first, _ in first }
    return .group(name, try sorted(members.map(\.name), needs: needs))
  }

  /// Depth first, so that the given order changes only where a need demands it.
  static func sorted(_ names: [String], needs: [String: [String]]) throws(Cycle) -> [String] {
    var (sorted, done, path): ([String], Set<String>, [String]) = ([], [], [])
    func visit(_ name: String) throws(Cycle) {
      guard names.contains(name), !done.contains(name) else { return }
      if let start = path.firstIndex(of: name) { throw Cycle(path: path[start...] + [name]) }
      path.append(name)
      for need in needs[name] ?? [] where need != name { try visit(need) }
      path.removeLast()
      done.insert(name)
      sorted.append(name)
    }
    for name in names { try visit(name) }
    return sorted
  }
}

extension Configuration {
  /// Children of the root as they first appear in the file; groups stand where their first program does.
  var unitNames: [String] {
    var seen = Set<String>()
    return (programs.map { $0.group ?? $0.name } + groups.map(\.name)).filter { seen.insert($0).inserted }
  }
}
