import Holdfast

/// Turns what people type into children: `web`, `web-2`, `front/web`, `front`.
struct NameResolver {
  let configuration: Configuration

  /// Children of the tree, in the order of the file.
  struct Target: Hashable, Sendable {
    let group: String?
    let child: String
    let program: String
  }

  /// All children.
  var all: [Target] {
    configuration.programs.flatMap { program in
      program.children.map { Target(group: program.group, child: $0, program: program.name) }
    }
  }

  /// - Throws: A ``Failure`` that names the first unknown name and the nearest known one.
  func resolve(_ names: [String]) throws -> [Target] {
    var found: [Target] = []
    for name in names {
      let matches = all.filter { self.matches(name, $0) }
      if matches.isEmpty { throw unknown(name) }
      found += matches.filter { !found.contains($0) }
    }
    return found
  }

  private func matches(_ name: String, _ target: Target) -> Bool {
    let short = [target.child, target.program]
    let long = target.group.map { group in short.map { "\(group)/\($0)" } + [group] } ?? []
    return (short + long).contains(name)
  }

  private func unknown(_ name: String) -> Failure {
    let known = all.flatMap { [$0.child, $0.program] + ($0.group.map { [$0] } ?? []) }
    let hint = Suggestion.text(for: name, among: known)
    return Failure(
      .notFound, "there is no program or group `\(name)`\(hint.isEmpty ? ";" : hint) `holdfast status` lists them all")
  }
}
