import HoldfastTesting
import Testing

@testable import Holdfast

@Suite(.timeLimit(.minutes(10))) struct RejectionTests {
  /// The rule, the field, and where the trouble begins.
  static let cases: [(rule: String, code: RecurrenceError.Code, field: String?, position: Int?)] = [
    ("60 * * * *", .range, "minute", 0),
    ("*/0 * * * *", .range, "minute", 2),
    ("0 0 32 * *", .range, "day of month", 4),
    ("0 0 0 * *", .range, "day of month", 4),
    ("0 24 * * *", .range, "hour", 2),
    ("0 0 * 13 *", .range, "month", 6),
    ("0 0 * * 8", .range, "day of week", 8),
    ("0 0 * * MON#6", .syntax, "day of week", 12),
    ("0 0 1-15W * *", .syntax, "day of month", 4),
    ("30-10 * * * *", .syntax, "minute", 0),
    ("0 0 10-5 * *", .syntax, "day of month", 4),
    ("5,,7 * * * *", .syntax, "minute", 2),
    ("* * * *", .fieldCount, nil, 0),
    ("* * * * * * * *", .fieldCount, nil, 14),
    ("0 0 0 1 1 * 1969", .range, "year", 12),
    ("0 0 0 1 1 * 2200", .range, "year", 12),
    ("? 0 * * *", .syntax, "minute", 0),
    ("+1 * * * *", .syntax, "minute", 0),
    ("0 0 31 4,6 *", .neverFires, "day of month", 4),
    ("0 0 30 2 *", .neverFires, "day of month", 4),
    ("0 0 30 2 +MON", .neverFires, "day of month", 4),
    ("0 0 29 2 * * 2027", .range, "hour", 4),
    ("0 0 0 29 2 * 2027", .neverFires, "day of month", 6),
    ("", .syntax, nil, 0),
    ("  ", .syntax, nil, 2),
    ("5, * * * *", .syntax, "minute", 2),
    ("1-2-3 * * * *", .syntax, "minute", 3),
    ("-1 * * * *", .syntax, "minute", 0),
    ("1- * * * *", .syntax, "minute", 2),
    ("*/ * * * *", .range, "minute", 2),
    ("99999999999999999999 * * * *", .range, "minute", 0),
    ("0 0 * JUNE *", .syntax, "month", 9),
    ("0 0 * FOO *", .range, "month", 6),
    ("0 0 * * L", .syntax, "day of week", 8),
    ("L * * * *", .syntax, "minute", 0),
    ("0 0 * * 1W", .syntax, "day of week", 9),
    ("0 0 L-31 * *", .range, "day of month", 6),
    ("0 0 32W * *", .range, "day of month", 4),
    ("0 0 ?,1 * *", .syntax, "day of month", 4),
    ("0 0 * * 1#0", .syntax, "day of week", 10),
    ("H * * * *", .nameMissing, "minute", 0),
    ("0~70 * * * *", .range, "minute", 2),
    ("@fortnightly", .syntax, nil, 0),
    ("@daily extra", .syntax, nil, 7),
    ("@every", .syntax, nil, 0),
    ("@every 5 parsecs", .syntax, nil, 9),
    ("@every 5parsecs", .syntax, nil, 7),
    ("@every 0s", .range, nil, 7),
    ("@at tomorrow", .syntax, nil, 4),
    ("@at 2026-02-29T00:00:00Z", .syntax, nil, 4),
    ("@at 2026-02-28T00:00:00", .syntax, nil, 4),
    ("0 0 * * * in Europe/Londn", .unknownZone, nil, 13),
    ("0 0 * * * in ../../etc/passwd", .unknownZone, nil, 13),
    ("0 0 * * * in", .syntax, nil, 10),
    ("0 0 * * * gap=hop", .syntax, nil, 10),
    ("TZ=Europe/London 0 0 * * *", .syntax, nil, 0),
    ("(0 0 * * *", .syntax, nil, 0),
    ("0 0 * * *)", .syntax, nil, 9),
    ("0 0 * * * |", .syntax, nil, 11),
    ("0 0 * * * except", .syntax, nil, 16),
    ("0 0 * * * except {XYZ}", .range, "day of week", 18),
    ("0 0 * * * except {2026-13-01}", .syntax, nil, 18),
    ("0 0 * * MON except {MON}", .neverFires, nil, 0),
    ("0 9 * * * except (0 9 * * *)", .neverFires, nil, 0),
    ("0 0 * * * except {SUN-SAT}", .syntax, nil, 18),
    ("é 0 * * *", .syntax, "minute", 0),
    ("0 é0 * * *", .syntax, "hour", 2),
  ]

  @Test("CR a wrong rule is refused with its field, position and hint", arguments: cases)
  func refused(rule: String, code: RecurrenceError.Code, field: String?, position: Int?) throws {
    let error = #expect(throws: RecurrenceError.self) { try Recurrence(rule) }
    #expect(error?.code == code)
    #expect(error?.field == field)
    #expect(error?.position == position)
    #expect(error?.hint.isEmpty == false)
    #expect(error?.text == rule)
  }

  @Test func `carets stand below what is wrong`() throws {
    let error = #expect(throws: RecurrenceError.self) { try Recurrence("0 24 * * *") }
    #expect(error?.pointer == "0 24 * * *\n  ^^")
    #expect(
      error?.description
        == "hour field: 24 is out of range, at character 3 of `0 24 * * *`; hours are 0 to 23; midnight is 0")
  }

  @Test func `a hint names what was probably meant`() throws {
    func hint(_ rule: String) -> String {
      do { _ = try Recurrence(rule) } catch { return error.hint }
      return ""
    }
    #expect(hint("0 0 * * * in europe/london").contains("did you mean `Europe/London`?"))
    #expect(hint("0 0 * * * in Europe/Lodnon").contains("did you mean `Europe/London`?"))
    #expect(hint("0 0 * * * in London").contains("did you mean `Europe/London`?"))
    #expect(hint("@dialy").contains("did you mean `@daily`?"))
    #expect(hint("0 0 * * MNO").contains("did you mean `MON`?"))
  }

  @Test func `what is larger than a rule may be is refused`() throws {
    let parts = Array(repeating: "@daily", count: 65).joined(separator: " | ")
    let depth = String(repeating: "(", count: 40) + "@daily" + String(repeating: ")", count: 40)
    for rule in [parts, depth, String(repeating: " ", count: 5000)] {
      #expect(throws: RecurrenceError.self) { try Recurrence(rule) }
    }
    #expect(throws: RecurrenceError.self) { try Recurrence.every(.microseconds(10)) }
    #expect(throws: RecurrenceError.self) { try Recurrence.every(.seconds(Int64.max)) }
    #expect(throws: RecurrenceError.self) { try Recurrence.union([]) }
  }

  @Test func `arbitrary text neither traps nor hangs`() {
    var random = SplitMix64(seed: 11)
    let alphabet = Array("0123456789*/,-?LWH~#+@ ()|{}.:\"\\inexcptgSUNmé")
    for _ in 0..<6000 {
      let text = String(
        (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? " " })
      do { _ = try Recurrence(text, name: "n") } catch {
        #expect(!error.hint.isEmpty)
        #expect(error.position.map { $0 <= text.count } ?? true, "\(text)")
      }
    }
  }
}
