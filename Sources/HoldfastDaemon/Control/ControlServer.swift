// Dispatch sources are safe to share between threads, but are not declared so on Linux.
@unsafe @preconcurrency import Dispatch
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Accepts clients and lets a handler answer their requests.
final class ControlServer: Sendable {
  /// Answers one request by sending lines; what it throws becomes the end of the answer.
  typealias Handler = @Sendable (ControlRequest, ControlConnection) async throws -> Void

  static let clientLimit = 64
  private let listener: Int32
  private let path: String
  private let handler: Handler
  private let queue = DispatchQueue(label: "holdfast.control")
  private let clients = Mutex(0)
  private let source: any DispatchSourceRead

  /// Serves from now on at the path.
  init(at path: String, handler: @escaping Handler) throws {
    self.path = path
    self.handler = handler
    do {
      listener = try UnixSocket.makeListener(at: path)
    } catch {
      throw Failure(error.status(.failed), "cannot listen at \(path): \(error); choose another folder with `state:`")
    }
    source = DispatchSource.makeReadSource(fileDescriptor: listener, queue: queue)
    source.setEventHandler { [weak self] in self?.acceptAll() }
    source.setCancelHandler { [listener] in close(listener) }
    source.activate()
  }

  /// Takes no more clients; those that are connected are served to their end.
  func stop() {
    _ = unsafe unlink(path)
    source.cancel()
  }

  private func acceptAll() {
    do {
      while let descriptor = try UnixSocket.nextClient(of: listener) { serve(descriptor) }
    } catch {
      // Descriptors are exhausted: the clients stay in the queue of the kernel until some are free again.
      source.suspend()
      queue.asyncAfter(deadline: .now() + .milliseconds(200)) { [source] in source.resume() }
    }
  }

  private func serve(_ descriptor: Int32) {
    let admitted = clients.withLock { count in
      count += 1
      return count <= Self.clientLimit
    }
    let connection = ControlConnection(descriptor) { [self] in clients.withLock { $0 -= 1 } }
    connection.start { [handler] request, connection in
      guard admitted else {
        throw Failure(.failed, "\(Self.clientLimit) clients are connected already: close some and try again")
      }
      try await handler(request, connection)
    }
  }
}
