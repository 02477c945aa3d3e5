import CHoldfastPrograms

/// Whether the system knows users and groups. A database that cannot be asked is no reason to refuse a program: its
/// start tells.
package enum Accounts {
  /// By name; any number is a user.
  package static func hasUser(_ name: String) -> Bool {
    var found = hf_account()
    return unsafe hf_find_user(name, &found) != -1
  }

  /// The user's name; the number where it has none.
  package static func name(of user: UInt32) -> String {
    var found = hf_account()
    guard unsafe hf_find_user("\(user)", &found) == 0 else { return "\(user)" }
    let name = unsafe withUnsafeBytes(of: &found.name) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    return name.isEmpty ? "\(user)" : name
  }

  /// By name; any number is a group.
  package static func hasGroup(_ name: String) -> Bool {
    var id: gid_t = 0
    return unsafe hf_find_group(name, &id) != -1
  }
}
