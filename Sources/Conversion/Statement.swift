public import Bytes
public import Canonical
public import Detection
public import Formats
public import Records

/// All that the settings of a feed say of its drops: what is stated here is not guessed.
public struct Statement: Sendable, Hashable {
  /// Where the records lie and how they are written.
  public var layout = StatedLayout()
  /// What the columns are called.
  public var names = NameRules()
  /// What the values mean.
  public var values = ValueRules()
  /// What readers take.
  public var limits = FormatLimits()
  /// What inflating takes.
  public var inflateLimits = InflateLimits()

  /// Nothing is stated.
  public init() {}
}
