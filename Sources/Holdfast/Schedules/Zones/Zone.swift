import Synchronization

#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// A time zone: UTC, a fixed offset, or a region of the system's time zone database.
///
/// ```swift
/// let zone = try Zone("Europe/London")
/// zone.offset(at: date)                  // 3600 seconds in summer
/// ```
///
/// The data is read from the system's compiled files (`$TZDIR`, else `/usr/share/zoneinfo`) when a zone is made, once a
/// process, and a zone keeps the data it was made with; ``reload()`` makes later ones read anew. Two zones are equal
/// when their names and their data are.
public struct Zone: Sendable, Hashable, CustomStringConvertible {
  private let storage: Storage

  /// Shared by every copy, so that a zone costs one word.
  private final class Storage: Sendable {
    let name: String
    let table: ZoneTable

    init(name: String, table: ZoneTable) {
      self.name = name
      self.table = table
    }
  }

  private static let known = Mutex<[String: Zone]>([:])

  /// Coordinated Universal Time.
  public static let utc = Zone("UTC", ZoneTable(offset: 0))

  private init(_ name: String, _ table: ZoneTable) {
    storage = Storage(name: name, table: table)
  }

  /// A zone by name: `UTC`, `+05:30` (up to ±23:59), or a region such as `Europe/London`, in exactly this spelling.
  ///
  /// - Throws: ``ZoneError`` when there is no such zone; it suggests the nearest name.
  public init(_ name: String) throws(ZoneError) {
    if name == "UTC" || name == "Z" {
      self = .utc
    } else if let offset = Self.fixedOffset(name) {
      self.init(fixed: offset)
    } else {
      self = try Self.region(name)
    }
  }

  private init(fixed offset: Int) {
    self = offset == 0 ? .utc : Zone(Self.text(offset: offset), ZoneTable(offset: offset))
  }

  private static func region(_ name: String) throws(ZoneError) -> Zone {
    if let zone = known.withLock({ $0[name] }) { return zone }
    guard let folder = ZoneFolder.current else { throw ZoneError(name: name, hint: ZoneError.noFolder) }
    guard let table = folder.table(name) else { throw ZoneError(name: name, hint: ZoneError.hint(for: name)) }
    // Bounded by the number of files in the folder: only names that exist come this far.
    return known.withLock { known in
      let zone = known[name] ?? Zone(name, table)
      known[name] = zone
      return zone
    }
  }

  /// Forgets what was read, so that zones made from now on see new files, after an update of the system's data.
  public static func reload() {
    known.withLock { $0 = [:] }
  }

  /// The names of every region that the system knows, sorted; empty where no data is installed.
  public static var names: [String] { ZoneFolder.current?.names() ?? [] }

  /// The name, as it was asked for; offsets as `+05:30`.
  public var name: String { storage.name }

  /// The name.
  public var description: String { name }

  var table: ZoneTable { storage.table }

  /// What this zone's clocks show beyond UTC at a moment; negative in the west.
  public func offset(at date: Date) -> Duration {
    .seconds(table.span(at: WallTime(date).seconds).offset)
  }

  /// Whether both have the same name and data.
  public static func == (left: Zone, right: Zone) -> Bool {
    left.storage === right.storage || (left.name == right.name && left.table == right.table)
  }

  /// Feeds the name.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
  }
}

extension Zone {
  /// `+05:30` or `-03:00`, with seconds only where there are some.
  static func text(offset: Int) -> String {
    let size = abs(offset)
    let parts = [size / 3600, size / 60 % 60] + (size % 60 == 0 ? [] : [size % 60])
    return (offset < 0 ? "-" : "+") + parts.map { $0.padded(2) }.joined(separator: ":")
  }

  /// Seconds for `+hh:mm`; nil for anything else.
  static func fixedOffset(_ text: some StringProtocol) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"), let sign = [0x2B: 1, 0x2D: -1][Int(bytes[0])] else {
      return nil
    }
    let digits = [1, 2, 4, 5].map { Int(bytes[$0]) - 0x30 }
    guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
    let (hours, minutes) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
    return hours < 24 && minutes < 60 ? sign * (hours * 3600 + minutes * 60) : nil
  }
}

extension Int {
  /// Digits with leading zeros; not for negative numbers.
  func padded(_ width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, width - digits.count)) + digits
  }
}
