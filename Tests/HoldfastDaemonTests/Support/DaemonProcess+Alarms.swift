import Foundation
import Holdfast

@testable import HoldfastDaemon

extension DaemonProcess {
  /// What an `alarms` command that works prints.
  func alarms(_ arguments: String...) async throws -> String {
    try await command(["alarms"] + arguments)
  }

  /// The next line of the log whose message begins so.
  func wait(message: String) async throws {
    while try await !wait("log").message.hasPrefix(message) {}
  }

  /// The messages that a command has appended to `told`, once there are so many.
  func told(lines count: Int) async throws -> [AlarmNotification] {
    while true {
      let text = FileManager.default.contents(atPath: folder.path + "/told").map { String(decoding: $0, as: UTF8.self) }
      let lines = (text ?? "").split(separator: "\n")
      if text?.hasSuffix("\n") == true, lines.count >= count {
        return try lines.map { try JSONLine.decode(AlarmNotification.self, from: $0.utf8) }
      }
      await Task.yield()
    }
  }
}
