public import Canonical

/// Where a drop's canonical blocks go, in the drop's order.
public protocol RecordSink: AnyObject {
  /// Forgets all that this drop has handed over: its schema widened, and it comes again.
  func restart() throws
  /// Takes the next block; it may be changed and is used again once the call returns.
  func accept(_ block: CanonicalBlock) throws
}
