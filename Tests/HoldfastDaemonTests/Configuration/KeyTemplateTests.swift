import Foundation
import Testing

@testable import HoldfastDaemon

@Suite(.timeLimit(.minutes(10)))
struct KeyTemplateTests {
  private static let payload = JSONValue(
    Data(#"{"album":"holiday","user":{"id":7,"pro":true},"size":1.5,"tags":["a"],"none":null}"#.utf8))

  @Test(arguments: [
    ("{album}", "holiday"), ("a-{album}-b", "a-holiday-b"), ("{user.id}:{user.pro}", "7:true"), ("{size}", "1.5"),
    ("constant", "constant"), ("{{{album}}}", "{holiday}"),
  ])
  func `Q1 E1 keys are made of the payload's fields`(text: String, expected: String) throws {
    #expect(try KeyTemplate(text).key(for: try #require(Self.payload)) == expected)
  }

  @Test(arguments: [
    ("{gone}", "needs the field `gone`, which the payload does not have"),
    ("{user.gone}", "needs the field `user.gone`, which the payload does not have"),
    ("{album.x}", "needs the field `album.x`, which the payload does not have"),
    ("{tags}", "needs the field `tags` to be a text, a number, true or false"),
    ("{none}", "needs the field `none` to be a text, a number, true or false"),
  ])
  func `a payload without the field is refused`(text: String, reason: String) throws {
    let template = try KeyTemplate(text)
    let payload = try #require(Self.payload)
    #expect(throws: KeyTemplate.Mistake(reason: reason)) { try template.key(for: payload) }
  }

  @Test(arguments: ["", "{", "}", "{}", "{a", "a}", "{a..b}", "{.a}", "{a{b}"])
  func `what is no template is refused`(text: String) {
    #expect(throws: KeyTemplate.Mistake.self) { try KeyTemplate(text) }
  }
}
