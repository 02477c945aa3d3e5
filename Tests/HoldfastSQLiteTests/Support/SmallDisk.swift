import Foundation
import Glibc

/// A file system of its own in memory.
final class SmallDisk: Sendable {
  let path: String

  static let isPossible: Bool = (try? SmallDisk(megabytes: 1)) != nil

  init(megabytes: Int) throws {
    path = NSTemporaryDirectory() + "holdfast-disk-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try mount(0, "size=\(megabytes)m")
  }

  deinit {
    _ = unsafe umount2(path, Int32(MNT_DETACH))
    try? FileManager.default.removeItem(atPath: path)
  }

  func remount(_ flags: UInt, _ options: String = "") throws { try mount(UInt(MS_REMOUNT) | flags, options) }

  private func mount(_ flags: UInt, _ options: String) throws {
    guard unsafe Glibc.mount("tmpfs", path, "tmpfs", flags, options) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  }
}
