public import Bytes
public import Canonical

/// Where a drop's canonical blocks go, in the drop's order.
public protocol RecordSink: AnyObject {
  /// Forgets all that this drop has handed over: its schema widened, and it comes again.
  func restart() throws
  /// Looks at the rows that the next block was written from, before it is handed over.
  ///
  /// `names` are the canonical ones of the columns known so far, in the rows' order.
  func look(at rows: RowBlock, names: [String])
  /// Takes the next block; it may be changed and is used again once the call returns.
  func accept(_ block: CanonicalBlock) throws
}

extension RecordSink {
  /// Looks at the rows that the next block was written from; most sinks have no use for them.
  public func look(at rows: RowBlock, names: [String]) {}
}
