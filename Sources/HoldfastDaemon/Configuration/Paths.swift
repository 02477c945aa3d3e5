/// Paths as text; nothing here touches the file system.
enum Paths {
  /// Absolute, without `.` and `..`, relative paths seen from `folder`. `..` is taken away with the name before it.
  static func resolve(_ path: String, in folder: String) -> String {
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : folder + "/" + path).split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The folder of an absolute path.
  static func parent(of path: String) -> String {
    resolve("..", in: path)
  }

  /// The last part of a path.
  static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }
}
