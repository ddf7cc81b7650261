/// What a rebuild found and could make.
public struct RebuildReport: Sendable, Equatable {
  /// Batches that came out as they were, or as far as can be told: from their originals.
  public var fromOriginals = 0
  /// Batches whose originals are gone, taken from the outbox.
  public var fromOutbox = 0
  /// Batches of which neither originals nor data are left: their records would count as new.
  public var lost: [String] = []
  /// Batches that came out otherwise than they were published.
  public var different: [String] = []
  /// Batches that told targets of an erasure: the people are not known any more, and would be taken again.
  public var erasures: [String] = []
  /// Drops that were read.
  public var drops = 0

  /// Whether the new state is all that the lost one was.
  public var isComplete: Bool { lost.isEmpty && different.isEmpty }
}
