import HoldfastPrograms

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Who gives a command, for the audit log: the system's user, and who became it with sudo.
enum Actor {
  static var current: String {
    let user = Accounts.name(of: geteuid())
    let behind = ProcessInfo.processInfo.environment["SUDO_USER"] ?? ""
    return behind.isEmpty || behind == user ? user : "\(behind) as \(user)"
  }
}
