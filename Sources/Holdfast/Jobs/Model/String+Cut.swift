extension String {
  /// Its beginning, at most so many bytes. Characters have no greatest size, so a limit is one of bytes.
  package func cut(toBytes limit: Int) -> String {
    guard utf8.count > limit else { return self }
    return String(unicodeScalars[..<utf8.index(startIndex, offsetBy: max(0, limit))])
  }
}
