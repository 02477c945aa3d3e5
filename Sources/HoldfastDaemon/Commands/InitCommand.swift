import ArgumentParser

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write a commented example; a file that is there is left alone.")

  @Argument(help: "The file.")
  var file = ConfigurationFile.standardName

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    do {
      // Exclusive, so that not even a race can overwrite a file.
      let descriptor = try system { unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644) }
      defer { close(descriptor) }
      let text = Array(ExampleFile.text.utf8)
      do {
        let written = try system { unsafe write(descriptor, text, text.count) }
        if written < text.count { throw SystemError(code: ENOSPC) }
      } catch {
        // Half an example would stand in the way of the next try.
        _ = unsafe unlink(file)
        throw error
      }
    } catch let error as SystemError {
      if error.code == EEXIST {
        throw Failure(.failed, "\(file) is there already: remove it first, or name another file")
      }
      throw Failure(error.status(.failed), "cannot write \(file): \(error)")
    }
    Terminal.output.line(json ? try JSONLine.encode(["written": file]) : "wrote \(file); next: holdfast run \(file)")
  }
}
