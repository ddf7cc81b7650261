import Bytes
public import Canonical

/// How drops are converted; the same for every drop of a process.
public struct ConversionSettings: Sendable {
  /// Whether columns get the types that their values prove.
  public enum Typing: String, Sendable, Hashable, CaseIterable {
    /// Types are proven on the whole column.
    case proven
    /// Every value stays text.
    case text
  }

  /// Threads that convert blocks.
  public var workers = Threads.processorCount
  /// The secret of fingerprints; nil: none are made.
  public var key: FingerprintKey?
  /// Whether columns are typed.
  public var typing = Typing.proven
  /// Whether the content's SHA-256 is asked for.
  public var hashesContent = false

  /// Proven types, no fingerprints, as many workers as processors.
  public init() {}
}
