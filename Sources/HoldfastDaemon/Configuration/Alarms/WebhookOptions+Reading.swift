import HoldfastPrograms
import Yams

/// How messages of a route go to an address. What may be secret is never part of a message about it.
extension WebhookOptions {
  static let keys = ["secret", "headers", "timeout"]

  /// The options of a route; nil where they are wrong, which is reported then.
  ///
  /// - Parameter folder: Relative paths are seen from here.
  init?(_ map: FieldMap, in folder: String) {
    var secret: WebhookSecret?
    map.read("secret", into: &secret) { $0.webhookSecret(in: folder) }
    var headers: [String: String] = [:]
    map.read("headers", into: &headers) { $0.headers() }
    var timeout = Duration.seconds(20)
    map.read("timeout", into: &timeout) { $0.duration(zero: false) }
    do {
      try self.init(secret: secret, headers: headers, timeout: timeout)
    } catch {
      let _: Never? = map.field.fail("\(error)")
      return nil
    }
  }
}

extension Field {
  private static let sources = ["value", "file", "environment"]

  /// Exactly one of `value`, `file` and `environment`.
  fileprivate func webhookSecret(in folder: String) -> WebhookSecret? {
    // Not `expected`: it would show the secret that was written here by mistake.
    guard node.mapping != nil else {
      return fail("give one of { value: … }, { file: … } and { environment: … }: it says where the secret comes from")
    }
    guard let map = map("that says where the secret comes from", keys: Self.sources) else { return nil }
    let given = Self.sources.compactMap { source in map[source].map { (source, $0) } }
    guard given.count == 1, let (source, field) = given.first else {
      return fail("give exactly one of `value`, `file` and `environment`")
    }
    guard let text = field.string("a text, in quotation marks if need be") else { return nil }
    guard !text.isEmpty else {
      return field.fail("is empty: an empty secret signs nothing; give one, or leave `secret` out")
    }
    return switch source {
    case "file": .file(Paths.resolve(text, in: folder))
    case "environment": .environment(text)
    default: .value(text)
    }
  }

  fileprivate func headers() -> [String: String]? {
    // As with secrets: a header may be one.
    guard node.mapping != nil, let entries = entries("of headers") else {
      return fail("give a mapping from names of headers to their values, such as { X-Team: shop }")
    }
    let read = entries.map { entry in (entry.key, entry.value.string("a text")) }
    return Dictionary(read.compactMap { name, text in text.map { (name, $0) } }) { first, _ in first }
  }
}
