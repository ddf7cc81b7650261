public import Conversion

/// All that holds for one feed: how its drops are read, what a duplicate is, what is expected.
public struct FeedSettings: Sendable, Hashable {
  /// When a record is a duplicate of an earlier one.
  public enum Identity: Sendable, Hashable {
    /// When a record with the same content was written before.
    case content
    /// When this drop's n-th such record was written before as an n-th.
    case occurrence
    /// When the latest record of that key, these columns, has the same content.
    case key([String])
    /// Never.
    case none
  }

  /// What happens when a drop has values that the feed's types cannot hold.
  public enum Contract: String, Sendable, Hashable, CaseIterable {
    /// The types are widened.
    case evolve
    /// The records are rejected.
    case pin
  }

  /// How drops are read: encoding, format, layout, names, values, limits.
  public var statement = Statement()
  /// When a record is a duplicate.
  public var identity = Identity.content
  /// Each drop is the whole truth: what it lacks was deleted; this needs a key.
  public var isSnapshot = false
  /// Per cent of a snapshot's records that may vanish before the drop is held.
  public var maximalDeletes = Percentage(10)
  /// The column that says how new a record is; nil: drops count in the order in which they come.
  public var order: String?
  /// How long records count as known.
  public var retention = TimeSpan.days(400)
  /// What happens when values do not fit.
  public var contract = Contract.evolve
  /// How many records of a drop may be rejected before it is held; nil: the rule of the contract.
  public var maximalRejects: Percentage?
  /// How long originals are kept.
  public var keepOriginals = TimeSpan.days(30)
  /// What is to come, and when; nil: nothing is expected.
  public var expectation: Expectation?

  /// What holds where nothing is said.
  public init() {}
}

/// What a feed is to bring, and by when.
public struct Expectation: Sendable, Hashable {
  /// The days of a week.
  public enum Weekday: String, Sendable, Hashable, CaseIterable {
    case monday = "mon"
    case tuesday = "tue"
    case wednesday = "wed"
    case thursday = "thu"
    case friday = "fri"
    case saturday = "sat"
    case sunday = "sun"
  }

  /// Minutes after midnight by which a drop is to be there; nil: at no certain time.
  public var by: Int?
  /// The days on which one is to be there.
  public var weekdays = Set(Weekday.allCases)
  /// The zone of `by`; nil: this machine's.
  public var zone: String?
  /// Records of a drop.
  public var rows: ClosedRange<Int64>?
  /// Bytes of a drop as it came.
  public var bytes: ClosedRange<Int64>?

  /// Nothing is expected yet.
  public init() {}
}

/// A length of time in whole seconds; `forever` has no end.
public struct TimeSpan: Sendable, Hashable, Comparable {
  /// The seconds; `Int64.max` for ever.
  public var seconds: Int64

  /// A length of so many seconds.
  public init(seconds: Int64) { self.seconds = seconds }

  /// Without end.
  public static let forever = TimeSpan(seconds: .max)
  /// So many days of 24 hours.
  public static func days(_ count: Int64) -> TimeSpan { TimeSpan(seconds: count * 86_400) }

  /// The shorter first.
  public static func < (left: Self, right: Self) -> Bool { left.seconds < right.seconds }
}

/// A part of a hundred.
public struct Percentage: Sendable, Hashable, Comparable {
  /// Between 0 and 100.
  public var value: Double

  /// That many of a hundred.
  public init(_ value: Double) { self.value = value }

  /// Whether `part` of `whole` is more than this share.
  public func isExceeded(by part: Int64, of whole: Int64) -> Bool {
    Double(part) * 100 > value * Double(whole)
  }

  /// The smaller first.
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }
}
