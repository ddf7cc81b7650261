import Bytes

/// How new a record is: the canonical value of the column that the feed's settings name for that.
///
/// Numbers are in order as numbers; texts byte by byte, which for dates and instants is their order in
/// time. A number is neither newer nor older than a text.
public struct NewestRecord: Comparable, Sendable {
  /// The value as JSON, in UTF-8: a number, or a string with its quotes.
  public let value: [UInt8]

  /// The record with that value.
  public init(value: [UInt8]) { self.value = value }

  /// The value as it is kept and shown.
  public var text: String { String(decoding: value, as: UTF8.self) }

  /// The record with that value, as ``text`` gives it.
  public init(text: String) { value = Array(text.utf8) }

  /// Whether one is older.
  public static func < (one: NewestRecord, other: NewestRecord) -> Bool {
    switch (isText(one.value), isText(other.value)) {
    case (true, true): ordered(one.value).lexicographicallyPrecedes(ordered(other.value))
    case (false, false): (Double(one.text) ?? 0) < (Double(other.text) ?? 0)
    default: false
    }
  }

  fileprivate static func isText(_ value: some Collection<UInt8>) -> Bool {
    value.first == UInt8(ascii: "\"")
  }

  /// What is compared of a text: no quotes, and no `Z`, which is behind a fraction where there is one.
  fileprivate static func ordered<Value: BidirectionalCollection>(
    _ value: Value
  ) -> Value.SubSequence where Value.Element == UInt8 {
    let inner = value.dropFirst().dropLast()
    return inner.last == UInt8(ascii: "Z") ? inner.dropLast() : inner
  }
}

extension KeyReader {
  /// The newest of the records read last, by the reader's only column, or the one given.
  public func newest(after known: NewestRecord?) -> NewestRecord? {
    let (before, behind) = valueMargins
    var newest = known
    var start = 0
    for end in keys.ends {
      // Safe: the lines hold at least their margins, and lie one behind the other up to `ends`.
      let value = unsafe UnsafeBufferPointer(
        start: keys.lines.base + start + before,
        count: Int(end) - behind - start - before
      )
      start = Int(end)
      if let newest, NewestRecord.isText(newest.value), unsafe NewestRecord.isText(value),
        unsafe !NewestRecord.ordered(newest.value)
          .lexicographicallyPrecedes(NewestRecord.ordered(value))
      {
        // Passed over without a copy.
        continue
      }
      let record = unsafe NewestRecord(value: Array(value))
      if newest.map({ $0 < record }) ?? true { newest = record }
    }
    return newest
  }
}
