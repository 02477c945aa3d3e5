#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What came of a program that was run once.
public struct ProgramResult: Sendable, Hashable {
  /// How it ended; any end is a result, also an unsuccessful one.
  public let exit: ProgramExit
  /// What it used, when known.
  public let usage: ProgramUsage?
  /// Why it ended so, as far as that is known.
  public let hint: String?
  /// The first bytes of its standard output.
  public let output: Data
  /// Bytes of standard output beyond the limit, which are gone.
  public let droppedOutput: Int
  /// The last bytes of its standard error, as text.
  public let errors: String
  /// Bytes of standard error before those, which are gone.
  public let droppedErrors: Int

  /// A result, for tests of what becomes of it.
  public init(
    exit: ProgramExit, usage: ProgramUsage?, hint: String?, output: Data, droppedOutput: Int, errors: String,
    droppedErrors: Int
  ) {
    self.exit = exit
    self.usage = usage
    self.hint = hint
    self.output = output
    self.droppedOutput = droppedOutput
    self.errors = errors
    self.droppedErrors = droppedErrors
  }
}
