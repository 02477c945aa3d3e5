import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct StartOrderTests {
  @Test(arguments: [
    ("a, b, c", "", "a b c"),
    ("a, b, c", "a: c", "c a b"),
    ("a, b, c", "a: b, b: c", "c b a"),
    ("a, b, c", "c: a", "a b c"),
  ])
  func `the order of the file changes only where after demands it`(names: String, needs: String, expected: String)
    throws
  {
    let needs = Dictionary(uniqueKeysWithValues: words(needs, ",").map { (words($0, ":")[0], [words($0, ":")[1]]) })
    #expect(try StartOrder.sorted(words(names, ","), needs: needs) == words(expected, " "))
  }

  @Test func `an after between programs of two groups orders the groups`() throws {
    let configuration = try read(
      """
      groups: { front: , back: }
      programs:
        web: { shell: x, group: front, after: [db] }
        proxy: { shell: x, group: front, after: [web] }
        db: { shell: x, group: back }
        lone: { shell: x, after: [front] }
      """)
    #expect(
      try StartOrder(configuration).units == [
        .group("back", ["db"]), .group("front", ["web", "proxy"]), .program("lone"),
      ])
  }

  private func words(_ text: String, _ separator: Character) -> [String] {
    text.split(separator: separator).map { String($0.drop { $0 == " " }) }
  }
}

@Suite(.timeLimit(.minutes(10)))
struct ConfigurationChangeTests {
  @Test func `a reload touches only what differs by value`() throws {
    let old = try read("programs: { a: { shell: x }, b: { shell: x }, c: { shell: x } }")
    let new = try read(
      "programs:\n  d: { shell: x }\n  b: { shell: y }\n  a: { shell: x, restart: permanent }\nlog: debug")
    let change = ConfigurationChange(from: old, to: new)
    #expect(change.added == ["d"])
    #expect(change.changed == ["b"])
    #expect(change.unchanged == ["a"])
    #expect(change.removed == ["c"])
    #expect(change.ignored == ["log"])
    #expect(ConfigurationChange(from: new, to: new).unchanged == ["d", "b", "a"])
  }

  @Test func `replicas come and go one by one, and order alone restarts nothing`() throws {
    let old = try read("programs: { a: { shell: x, replicas: 2 }, b: { shell: x } }")
    let new = try read("programs: { a: { shell: x, replicas: 3, after: [b] }, b: { shell: x, autostart: false } }")
    let change = ConfigurationChange(from: old, to: new)
    #expect(change.added == ["a-3"])
    #expect(change.unchanged == ["a-1", "a-2", "b"])
    #expect(change.changed.isEmpty && change.removed.isEmpty)
  }

  @Test func `a group whose rules differ restarts as a whole`() throws {
    let old = try read("groups: { g: , h: }\nprograms: { a: { shell: x, group: g }, b: { shell: x, group: h } }")
    let new = try read(
      "groups: { g: { strategy: oneForAll }, h: }\nprograms: { a: { shell: x, group: g }, b: { shell: x, group: h } }")
    let change = ConfigurationChange(from: old, to: new)
    #expect(change.stoppedGroups == ["g"] && change.startedGroups == ["g"])
    #expect(change.changed == ["a"])
    #expect(change.unchanged == ["b"])
  }
}
