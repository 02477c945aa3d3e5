import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct NameResolverTests {
  private static func resolver() throws -> NameResolver {
    NameResolver(
      configuration: try read(
        "groups: { front: }\nprograms: { db: { shell: x }, web: { shell: x, replicas: 2, group: front }, proxy: { shell: x, group: front } }"
      ))
  }

  @Test(arguments: [
    (["db"], ["db"]), (["web"], ["web-1", "web-2"]), (["web-2"], ["web-2"]), (["front/web-1"], ["web-1"]),
    (["front"], ["web-1", "web-2", "proxy"]), (["front/web"], ["web-1", "web-2"]),
    (["web-2", "web"], ["web-2", "web-1"]),
  ])
  func `programs, replicas and groups are understood`(names: [String], expected: [String]) throws {
    #expect(try Self.resolver().resolve(names).map(\.child) == expected)
  }

  @Test func `an unknown name is answered with the nearest known one`() throws {
    #expect(
      throws: Failure(
        .notFound, "there is no program or group `wbe`; did you mean `web`? `holdfast status` lists them all")
    ) {
      try Self.resolver().resolve(["wbe"])
    }
  }
}
