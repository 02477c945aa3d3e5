import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct StateFolderTests {
  @Test func `one daemon at a time owns a state folder`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/.holdfast"
    let first = try StateFolder(path)
    let refusal = #expect(throws: Failure.self) { try StateFolder(path) }
    #expect(refusal?.description.hasPrefix("another holdfast (pid ") == true)
    #expect(refusal?.status == .failed)
    #expect(try folder.mode(of: ".holdfast") == 0o700)
    withExtendedLifetime(first) {}
  }

  @Test func `a state folder that is given back can be taken again`() throws {
    let folder = try TemporaryFolder()
    do { _ = try StateFolder(folder.path + "/.holdfast") }
    _ = try StateFolder(folder.path + "/.holdfast")
  }

  @Test func `a state folder that cannot be made is reported with the next step`() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "file")
    let refusal = #expect(throws: Failure.self) { try StateFolder(folder.path + "/file/state") }
    #expect(refusal?.description.contains("choose another with `state:`") == true)
  }

  @Test(
    arguments: [
      ("x/s", [:], "/srv/x/s"), (nil, ["HOLDFAST_SOCKET": "/run/s"], "/run/s"),
      (nil, [:], "/srv/.holdfast/holdfast.sock"),
    ] as [(String?, [String: String], String)])
  func `the socket is named by the option, the environment or the file`(
    option: String?, environment: [String: String], expected: String
  ) throws {
    let location = SocketLocation(folder: "/srv", environment: environment) { _ in "programs: {" }
    #expect(try location.find(option) == expected)
  }

  @Test func `the file's state folder leads to the socket`() throws {
    let location = SocketLocation(folder: "/srv", environment: [:]) { _ in "state: /var/lib/x\nprograms: {}" }
    #expect(try location.find(nil) == "/var/lib/x/holdfast.sock")
  }

  @Test func `without any hint the next step is told`() {
    let location = SocketLocation(folder: "/srv", environment: [:]) { _ in nil }
    let failure = #expect(throws: Failure.self) { try location.find(nil) }
    #expect(failure?.status == .unreachable)
  }
}
