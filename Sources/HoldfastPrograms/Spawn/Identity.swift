import CHoldfastPrograms

/// The user and groups that a program runs with, looked up before it starts.
struct Identity: Sendable {
  let user: UInt32?
  let group: UInt32
  let groups: [UInt32]
  /// `HOME`, `USER` and `LOGNAME`.
  let variables: [String: String]
}

extension Identity {
  /// Nil when the program names neither a user nor a group.
  ///
  /// - Throws: ``ProgramError`` with the code ``ProgramError/Code/account``.
  static func of(_ program: Program, as name: String) throws(ProgramError) -> Identity? {
    guard let user = program.user else {
      guard let group = program.group else { return nil }
      let id = try find(group: group, for: name)
      return Identity(user: nil, group: id, groups: [id], variables: [:])
    }
    let account = try find(user: user, for: name)
    let group = try primary(program.group, account, name)
    return Identity(
      user: account.user, group: group, groups: groups(of: account.name, group), variables: account.variables)
  }

  private struct Account {
    let user: UInt32
    let group: UInt32
    let name: String
    let home: String

    var variables: [String: String] {
      name.isEmpty ? [:] : ["HOME": home, "USER": name, "LOGNAME": name]
    }
  }

  private static func primary(_ group: String?, _ account: Account, _ name: String) throws(ProgramError) -> UInt32 {
    guard let group else { return account.group }
    return try find(group: group, for: name)
  }

  private static func find(user: String, for program: String) throws(ProgramError) -> Account {
    var found = hf_account()
    let error = unsafe hf_find_user(user, &found)
    guard error == 0 else {
      throw unknown("user \(user)", error, program, advice: "create it or correct `user:`")
    }
    let name = unsafe withUnsafeBytes(of: &found.name) { unsafe text(in: $0) }
    let home = unsafe withUnsafeBytes(of: &found.home) { unsafe text(in: $0) }
    return Account(user: found.user, group: found.group, name: name, home: home)
  }

  private static func find(group: String, for program: String) throws(ProgramError) -> UInt32 {
    var id: gid_t = 0
    let error = unsafe hf_find_group(group, &id)
    guard error == 0 else {
      throw unknown("group \(group)", error, program, advice: "create it or correct `group:`")
    }
    return id
  }

  private static func unknown(_ what: String, _ error: Int32, _ program: String, advice: String) -> ProgramError {
    guard error > 0 else { return ProgramError(.account, program, "there is no \(what)", advice: advice) }
    let problem = "cannot look up \(what): \(SystemError(code: error))"
    return ProgramError(.account, program, problem, advice: "check the system's user database")
  }

  private static func groups(of user: String, _ primary: UInt32) -> [UInt32] {
    guard !user.isEmpty else { return [primary] }
    var capacity = 64
    while capacity <= 65536 {
      var groups = [UInt32](repeating: 0, count: capacity)
      let count = unsafe hf_groups_of(user, primary, &groups, Int32(capacity))
      if count >= 0 { return Array(groups.prefix(Int(count))) }
      capacity *= 4
    }
    return [primary]
  }

  private static func text(in bytes: UnsafeRawBufferPointer) -> String {
    unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}
