/// How one generation of a child ended.
public enum Exit: Sendable {
  /// The body returned without having been asked to.
  case normal
  /// It ended because its supervisor asked it to, whatever it returned or threw then (L8).
  case shutdown
  /// It threw. A `CancellationError` counts as a failure unless the supervisor had cancelled the child (L8).
  case failed(any Error)
  /// Its deadline passed and its task did not end. Whatever that task still does is ignored.
  case abandoned

  /// Whether this is an end that a `transient` child is restarted after.
  public var isAbnormal: Bool {
    switch self {
    case .normal, .shutdown: false
    case .failed, .abandoned: true
    }
  }
}

extension Exit: CustomStringConvertible {
  /// `normal`, `shutdown`, `abandoned`, or `failed: ` and the error's own words.
  public var description: String {
    switch self {
    case .normal: "normal"
    case .shutdown: "shutdown"
    case .failed(let error): "failed: \(error)"
    case .abandoned: "abandoned"
    }
  }
}
