import CHoldfastPrograms

/// Whether the system knows users and groups. A database that cannot be asked is no reason to refuse a program: its
/// start tells.
package enum Accounts {
  /// By name; any number is a user.
  package static func hasUser(_ name: String) -> Bool {
    var found = hf_account()
    return unsafe hf_find_user(name, &found) != -1
  }

  /// By name; any number is a group.
  package static func hasGroup(_ name: String) -> Bool {
    var id: gid_t = 0
    return unsafe hf_find_group(name, &id) != -1
  }
}
