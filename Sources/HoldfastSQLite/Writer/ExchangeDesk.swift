import Holdfast
import Synchronization

/// The nodes that are asked at every commit.
final class ExchangeDesk: Sendable {
  /// What one node brought to a transaction, and what it is told.
  struct Visit {
    let node: any JobNode
    let exchange: JobExchange
    var reply: JobExchangeReply?
  }

  /// Nil once the store is closed.
  private let nodes = Mutex<[any JobNode]?>([])

  /// False when it is too late: nobody is asked any more.
  func add(_ node: any JobNode) -> Bool {
    nodes.withLock { nodes in
      nodes?.append(node)
      return nodes != nil
    }
  }

  func remove(_ id: String) { nodes.withLock { $0?.removeAll { $0.identity.id == id } } }

  /// Asks each node, outside the lock.
  func ask() -> [Visit] {
    let asked = nodes.withLock { $0 } ?? []
    return asked.compactMap { node in
      node.exchange().map { Visit(node: node, exchange: $0, reply: nil) }
    }
  }

  /// Tells every node that the store is closed, also one that wants nothing.
  func close(store: String) {
    for node in nodes.withLock({ $0.take() }) ?? [] {
      Visit(node: node, exchange: node.exchange() ?? JobExchange(), reply: nil).conclude(.closed(store), store: store)
    }
  }
}

extension ExchangeDesk.Visit {
  var id: String { node.identity.id }

  /// Tells the node what became of it.
  func conclude(_ failure: StoreError?, store: String) {
    if let failure {
      node.concluded(exchange, .failure(failure))
    } else if let reply {
      node.concluded(exchange, .success(reply))
    } else {
      node.concluded(exchange, .failure(StoreError(.notFound, store: store, "the node is not attached")))
    }
  }
}
