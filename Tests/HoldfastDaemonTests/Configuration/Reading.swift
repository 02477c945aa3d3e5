@testable import HoldfastDaemon

/// Reads text as if it were `/srv/shop/holdfast.yml` on a machine with a few executables.
func read(_ text: String) throws -> Configuration {
  let executables: Set<String> = ["/bin/sh", "/bin/sleep", "/usr/bin/python3", "/srv/shop/worker.sh"]
  let folders: Set<String> = ["/srv/shop", "/srv/shop/data", "/tmp"]
  let surroundings = Surroundings(
    environment: ["PATH": "/usr/bin:/bin"], isExecutable: executables.contains, isFolder: folders.contains,
    hasUser: ["www", "1000"].contains, hasGroup: ["staff"].contains)
  return try ConfigurationReader(file: "holdfast.yml", path: "/srv/shop/holdfast.yml", surroundings: surroundings)
    .read(text)
}

/// The problems of a text, as the user sees them.
func problems(of text: String) -> [String] {
  do {
    _ = try read(text)
    return []
  } catch {
    return "\(error)".split(separator: "\n").map(String.init)
  }
}
