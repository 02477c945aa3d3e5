/// Keys of records: what is too long for one keeps its beginning, and its hash.
package enum RecordKey {
  package static func fitting(_ text: String, in limit: Int = JobLimits.key) -> String {
    guard text.utf8.count > limit else { return text }
    let hash = String(StableHash.of(text.utf8), radix: 16)
    // A character that is cut in two becomes up to three marks of three bytes each.
    return "\(String(decoding: text.utf8.prefix(limit - 32), as: UTF8.self))~\(hash)"
  }
}
