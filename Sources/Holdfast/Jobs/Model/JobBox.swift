/// A job record that is handed about: by reference, because it is large.
final class JobBox: Sendable, Hashable {
  let job: JobRecord

  init(_ job: JobRecord) {
    self.job = job
  }

  static func == (one: JobBox, other: JobBox) -> Bool { one === other || one.job == other.job }

  func hash(into hasher: inout Hasher) { hasher.combine(job) }
}
