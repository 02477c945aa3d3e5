import Foundation
import Testing

@testable import HoldfastDaemon

extension EndToEndTests {
  @Suite struct ExplainTests {
    private static func explain(_ arguments: String...) async throws -> Holdfast.Result {
      try await Holdfast.run(["explain"] + arguments, in: TemporaryFolder())
    }

    @Test("CR1 a rule is explained with words, the next moments and what clocks do to it") func text() async throws {
      let result = try await Self.explain(
        "30 2 * * *", "--zone", "America/New_York", "--after", "2026-03-07T12:00:00-05:00", "--count", "2")
      #expect(result.status == 0)
      #expect(
        result.output == """
          At 02:30 every day in America/New_York

          Next:
            2026-03-08T03:30:00-04:00
            2026-03-09T02:30:00-04:00

          Note:
            - on 2026-03-08 clocks in America/New_York go from 02:00 to 03:00: 02:30 is missing and fires at 03:30 (2026-03-08T03:30:00-04:00)

          """)
    }

    private struct Answer: Decodable {
      var description: String
      var next: [String]
      var warnings: [String]
    }

    @Test("CR2 JSON has the moments, the description and the warnings") func json() async throws {
      let result = try await Self.explain(
        "30 2 * * *", "--zone", "America/New_York", "--after", "2026-03-07T12:00-05:00", "--gap", "skip", "--count",
        "1",
        "--json")
      let answer = try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
      #expect(answer.next == ["2026-03-09T02:30:00-04:00"])
      #expect(answer.description == "At 02:30 every day in America/New_York; missing times are left out")
      #expect(answer.warnings.count == 1 && answer.warnings[0].hasSuffix("02:30 is missing and does not fire"))
    }

    @Test func `a rule that ends has fewer moments than asked for`() async throws {
      let result = try await Self.explain(
        "0 0 0 1 1,7 ? 2027", "--after", "2026-11-01T00:00:00Z", "--count", "9", "--json")
      let answer = try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
      #expect(answer.next == ["2027-01-01T00:00:00Z", "2027-07-01T00:00:00Z"])
    }

    @Test func `without a zone of its own a rule is shown in the one that was asked for`() async throws {
      let result = try await Self.explain(
        "@every 12h", "--zone", "Asia/Tokyo", "--after", "2026-01-01", "--count", "1", "--json")
      let answer = try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
      #expect(answer.next == ["2026-01-01T09:00:00+09:00"])
    }

    @Test func `a wrong rule ends with status 2, the field, carets and a hint`() async throws {
      let result = try await Self.explain("0 24 * * *")
      #expect(result.status == 2)
      #expect(
        result.errors == """
          holdfast: hour field, character 3: 24 is out of range
            0 24 * * *
              ^^
            hours are 0 to 23; midnight is 0

          """)
      #expect(result.output.isEmpty)
    }

    private struct Refusal: Decodable, Equatable {
      var error: String
      var field: String?
      var position: Int?
      var hint: String
    }

    @Test func `a wrong rule in JSON has the same parts`() async throws {
      let result = try await Self.explain("0 0 30 2 *", "--json")
      #expect(result.status == 2)
      let refusal = try JSONDecoder().decode(Refusal.self, from: Data(result.output.utf8))
      #expect(
        refusal
          == Refusal(
            error: "it never fires: no such day exists in the months and years it chooses", field: "day of month",
            position: 4, hint: "choose a day that the month has; L is the last one"))
    }

    @Test(arguments: [
      ["@daily", "--zone", "Europe/Londn"], ["@daily", "--after", "soon"], ["@daily", "--count", "-1"],
      ["@daily", "--gap", "hop"], ["H H * * *"], [],
    ])
    func `wrong usage ends with status 2`(arguments: [String]) async throws {
      let result = try await Holdfast.run(["explain"] + arguments, in: TemporaryFolder())
      #expect(result.status == 2)
      #expect(!result.errors.isEmpty)
    }
  }
}
