public import Records

/// What a feed's settings say of its values, so that it need not be proven.
public struct ValueRules: Sendable, Hashable {
  /// The sign before a number's fraction; the other one stands between groups of three digits.
  public enum DecimalMark: String, Sendable, Hashable, CaseIterable {
    case point
    case comma
  }

  /// The sign before a number's fraction; nil: proven by each column.
  public var decimalMark: DecimalMark?
  /// The order of a date's parts that does not begin with the year; nil: proven by each column.
  public var dateOrder: Form.Order?
  /// Texts that are nulls (UTF-8), beside the empty one.
  public var nullWords: [[UInt8]] = []
  /// Whether words that exports write for missing values are nulls where a column proves a type.
  public var knowsNullWords = true
  /// Types by the columns' names; widened only where a value does not fit.
  public var types: [String: ColumnType] = [:]
  /// Notations by the columns' names that earlier drops of the feed have proven; a drop that leaves
  /// the choice open is read by them.
  public var notations: [String: Notation] = [:]
  /// The offsets by which local times become instants; nil: they stay local.
  public var zone: ZoneOffsets?

  /// Nothing is stated.
  public init() {}
}

extension ValueRules {
  /// The evidence without the readings that the rules exclude.
  func applied(to evidence: ColumnEvidence, typesItsValues: Bool) -> ColumnEvidence {
    var evidence = evidence
    switch dateOrder {
    case .dayMonthYear?: evidence.readings.subtract([.dateMDY, .localMDY, .instantMDY])
    case .monthDayYear?: evidence.readings.subtract([.dateDMY, .localDMY, .instantDMY])
    case .yearMonthDay?, .named?:
      evidence.readings.subtract([
        .dateMDY, .localMDY, .instantMDY, .dateDMY, .localDMY, .instantDMY,
      ])
    case nil: break
    }
    // Whole numbers without any mark are the same under both rules.
    if typesItsValues || evidence.readings.contains(.pointInteger) { return evidence }
    switch decimalMark {
    case .comma?:
      evidence.readings.subtract([
        .pointInteger, .pointNumber, .pointDecimal, .groupedInteger, .groupedNumber,
        .groupedDecimal,
      ])
    case .point?: evidence.readings.subtract([.commaInteger, .commaNumber, .commaDecimal])
    case nil: break
    }
    return evidence
  }
}

/// The offsets from UTC of one time zone, over all the time that dates can name.
public struct ZoneOffsets: Sendable, Hashable {
  /// The zone's name: `Europe/Berlin`.
  public var name: String
  /// Seconds since 1970 (UTC) at which each offset begins; ascending, the first is the smallest number.
  public var starts: [Int64]
  /// Seconds east of UTC from then on.
  public var offsets: [Int32]

  /// A zone with that name whose offsets begin at `starts`.
  public init(name: String, starts: [Int64], offsets: [Int32]) {
    precondition(starts.count == offsets.count && !starts.isEmpty, "each offset has its start")
    self.name = name
    self.starts = starts
    self.offsets = offsets
  }

  /// Seconds since 1970 (UTC) of a local time given as seconds since 1970 on the zone's own clocks.
  ///
  /// A time that the clocks show twice is the first of the two; one that they skip is as much later
  /// as they skip (java.time and Temporal do the same).
  public func utc(ofLocal local: Int64) -> Int64 {
    // The offset in force just before any change that could concern this time.
    var index = starts.partition(upTo: local - 86_400)
    var utc = local - Int64(offsets[index])
    while index + 1 < starts.count, starts[index + 1] <= utc {
      let later = local - Int64(offsets[index + 1])
      // Skipped by the clocks: the offset before the change counts.
      if later < starts[index + 1] { return utc }
      index += 1
      utc = later
    }
    return utc
  }
}

extension [Int64] {
  /// The last index whose element is at most `value`; 0 where there is none.
  fileprivate func partition(upTo value: Int64) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return Swift.max(low - 1, 0)
  }
}
