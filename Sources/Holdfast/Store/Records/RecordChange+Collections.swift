extension RecordChange {
  /// The collections of which changes that were made changed records.
  package static func collections(_ changes: [RecordChange], _ results: [RecordChangeResult]) -> Set<String> {
    var names: Set<String> = []
    for (change, result) in zip(changes, results) {
      if case .written = result { names.formUnion(change.puts.map(\.reference.collection)) }
    }
    return names
  }
}
