#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A call to the system that failed.
struct SystemError: Error, Equatable, CustomStringConvertible {
  let code: Int32

  /// The last error of this thread.
  static var last: SystemError { SystemError(code: errno) }

  /// The system's own words.
  var description: String {
    unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }

  /// For `Failure`s: a lack of permission has a status of its own.
  func status(_ other: ExitStatus) -> ExitStatus {
    code == EACCES || code == EPERM ? .denied : other
  }
}

/// Gives the result, or throws the error of a call that returned -1; interrupted calls are repeated.
func system<T: SignedInteger>(_ call: () -> T) throws(SystemError) -> T {
  while true {
    let result = call()
    if result != -1 { return result }
    let error = SystemError.last
    if error.code != EINTR { throw error }
  }
}
