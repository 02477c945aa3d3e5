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

/// One client: reads one request, sends the lines of one answer, and is closed.
///
/// A client that says nothing, or does not read, is closed after ten seconds; it never holds up anybody else.
final class ControlConnection: Sendable {
  private struct State {
    var input: [UInt8] = []
    var task: Task<Void, Never>?
    var closed = false
  }

  private static let patience = DispatchTimeInterval.seconds(10)
  private let socket: OpenSocket
  private let queue = DispatchQueue(label: "holdfast.client")
  private let source: any DispatchSourceRead
  private let state = Mutex(State())

  init(_ descriptor: Int32, onClose: @escaping @Sendable () -> Void) {
    let socket = OpenSocket(descriptor)
    self.socket = socket
    source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    source.setCancelHandler {
      withExtendedLifetime(socket) {}
      onClose()
    }
  }

  func start(_ handler: @escaping ControlServer.Handler) {
    source.setEventHandler { [self] in receive(handler) }
    source.activate()
    queue.asyncAfter(deadline: .now() + Self.patience) { [weak self] in
      if let self, state.withLock({ $0.task == nil }) { finish() }
    }
  }

  /// Sends one line, waiting for a slow client; throws when the client is gone.
  func send(_ line: String) async throws {
    var rest = Array((line + "\n").utf8)[...]
    while !rest.isEmpty {
      do {
        rest = rest.dropFirst(try UnixSocket.write(rest, to: socket.descriptor))
      } catch {
        guard error.code == EAGAIN, await becomesWritable() else { throw error }
      }
    }
  }

  /// Sends a value as one line of JSON.
  func send(_ value: some Encodable) async throws {
    try await send(JSONLine.encode(value))
  }

  private func receive(_ handler: @escaping ControlServer.Handler) {
    guard let bytes = receive() else { return }
    if bytes.isEmpty {
      finish()
      return source.cancel()
    }
    state.withLock { state in
      // One request a connection: what follows it is not read as another.
      guard state.task == nil, !state.closed else { return }
      let end = bytes.firstIndex(of: UInt8(ascii: "\n")).map { state.input.count + $0 }
      state.input += bytes
      guard end != nil || state.input.count > ControlRequest.sizeLimit else { return }
      let line = state.input[..<(end ?? 0)]
      state.input = []
      state.task = Task { await self.answer(line, handler) }
    }
  }

  /// What the client sent, nothing at its end; nil when a source woke up for nothing, which is no end.
  private func receive() -> [UInt8]? {
    do {
      return try UnixSocket.receive(from: socket.descriptor)
    } catch {
      return error.code == EAGAIN ? nil : []
    }
  }

  private func answer(_ line: ArraySlice<UInt8>, _ handler: ControlServer.Handler) async {
    var end = ReplyEnd(done: ExitStatus.ok.rawValue)
    do {
      try await handler(Self.parse(line), self)
    } catch let failure as Failure {
      end = ReplyEnd(done: failure.status.rawValue, error: failure.description)
    } catch {
      end = ReplyEnd(done: ExitStatus.failed.rawValue, error: "\(error)")
    }
    try? await send(end)
    finish()
  }

  private static func parse(_ line: ArraySlice<UInt8>) throws -> ControlRequest {
    guard let request = try? JSONLine.decode(ControlRequest.self, from: line) else {
      throw Failure(
        .usage,
        "that is no request of protocol \(ControlRequest.currentProtocol): use the same version of holdfast on both sides"
      )
    }
    guard request.protocol == ControlRequest.currentProtocol else {
      throw Failure(
        .usage,
        "the daemon speaks protocol \(ControlRequest.currentProtocol), the command \(request.protocol): use the same version of holdfast on both sides"
      )
    }
    return request
  }

  /// Whether the client reads again before the patience ends.
  private func becomesWritable() async -> Bool {
    let writable = DispatchSource.makeWriteSource(fileDescriptor: socket.descriptor, queue: queue)
    writable.setCancelHandler { [socket] in withExtendedLifetime(socket) {} }
    return await withCheckedContinuation { continuation in
      let once = Once(continuation)
      writable.setEventHandler {
        writable.cancel()
        once.resume(true)
      }
      // The source hears of the end, too.
      queue.asyncAfter(deadline: .now() + Self.patience) { [weak socket] in
        if once.resume(false) { socket?.end() }
      }
      writable.activate()
    }
  }

  /// Sends and takes nothing more. The sources hear of that and end themselves: one that is cancelled by others just when
  /// its event arrives can bring libdispatch's event loop down.
  private func finish() {
    let task = state.withLock { state in
      defer { state.closed = true }
      return state.closed ? nil : state.task
    }
    task?.cancel()
    socket.end()
  }
}

/// A socket that is closed when nobody uses it any more.
private final class OpenSocket: Sendable {
  let descriptor: Int32

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// What was sent still arrives; both sides see the end after that.
  func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// Resumes a continuation once, whoever comes first.
private final class Once: Sendable {
  private let continuation: Mutex<CheckedContinuation<Bool, Never>?>

  init(_ continuation: CheckedContinuation<Bool, Never>) {
    self.continuation = Mutex(continuation)
  }

  /// Whether this was first.
  @discardableResult
  func resume(_ value: Bool) -> Bool {
    guard let continuation = continuation.withLock({ $0.take() }) else { return false }
    continuation.resume(returning: value)
    return true
  }
}
