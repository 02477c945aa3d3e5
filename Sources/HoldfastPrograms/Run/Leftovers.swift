import CHoldfastPrograms
import Dispatch

/// What a generation leaves behind: processes that left its group, found by their tag.
enum Leftovers {
  /// Kills until none is found. A process may fork between being seen and being killed, hence the rounds; the bound is
  /// for those that the kernel does not let go.
  static func kill(_ tag: ProcessTag) async {
    let done = OneShot<Void>()
    DispatchQueue.global(qos: .userInitiated).async { sweep(tag, rounds: 200, done) }
    await done.value
  }

  private static func sweep(_ tag: ProcessTag, rounds: Int, _ done: OneShot<Void>) {
    guard rounds > 0, unsafe hf_kill_tagged(tag.entry) > 0 else { return done.fulfil(()) }
    DispatchQueue.global(qos: .userInitiated).asyncAfter(deadline: .now() + .milliseconds(1)) {
      sweep(tag, rounds: rounds - 1, done)
    }
  }
}
