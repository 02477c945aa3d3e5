// Keeps one reader running for each file of a folder. Run it from this folder, and change files while it runs:
//
//   mkdir -p /tmp/feeds && echo 1 > /tmp/feeds/lse
//   swift run FeedSupervisor /tmp/feeds
//   echo 2 > /tmp/feeds/nyse      # starts a reader that ticks every 2 s
//   echo 5 > /tmp/feeds/lse       # replaces one
//   echo soon > /tmp/feeds/lse    # a bad row: the reader runs on, and a warning says why
//   rm /tmp/feeds/nyse            # stops one
import Foundation
import Holdfast
import Logging
import ServiceLifecycle

struct NotANumber: Error {
  let file: String
}

/// What a file says: how often to tick.
struct Feed: Sendable {
  let name: String
  let seconds: Int

  init(name: String, contents: Data) throws {
    let text = String(decoding: contents, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard let seconds = Int(text), seconds > 0 else { throw NotANumber(file: name) }
    (self.name, self.seconds) = (name, seconds)
  }
}

/// Reads one feed until it is stopped.
struct FeedReader: Service {
  let feed: Feed

  func run() async throws {
    try await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        print("\(feed.name) ticks every \(feed.seconds) s")
        try await Task.sleep(for: .seconds(feed.seconds))
      }
    }
  }
}

let folder = CommandLine.arguments.dropFirst().first ?? "feeds"
let table = DirectoryTable(folder) { name, data in try Feed(name: name, contents: data) }
let app = Supervisor("app", children: [.table("feeds", table) { feed in FeedReader(feed: feed) }])

try await ServiceGroup(
  services: [app], gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "app")
).run()
