/// How the values of a column are written in a feed's drops, as far as one of them has proven it.
///
/// No part of a schema: what is delivered is the same under every notation.
public enum Notation: String, Sendable, Hashable, CaseIterable {
  /// `31/12/2026`.
  case dayFirst = "day-first"
  /// `12/31/2026`.
  case monthFirst = "month-first"
  /// `1.234,5`.
  case decimalComma = "decimal-comma"
  /// `1,234.5`.
  case decimalPoint = "decimal-point"
  /// Drops have proven more than one: a drop without proof is in doubt again.
  case mixed

  /// What two drops prove together; associative, commutative and idempotent.
  public func joined(with other: Self) -> Self { self == other ? self : .mixed }
}
