/// Where the columns of a table lie that has no delimiters: by their places in the line.
public struct FixedWidth: Sendable, Hashable {
  /// Between each two columns, the characters of a line that part them, counted from 0, ascending.
  ///
  /// A range that was found is blank in nearly all lines; where a value reaches into it, the widest
  /// blank of it parts the two. An empty range is a place that was stated: whatever stands before it
  /// belongs to the column before.
  public var gaps: [Range<Int>]

  /// Columns between those gaps.
  public init(gaps: [Range<Int>]) {
    self.gaps = gaps
  }

  /// Columns of those widths, in characters; the last goes on to the line's end.
  public init(widths: [Int]) {
    var place = 0
    gaps = widths.dropLast().map { width in
      place += width
      return place..<place
    }
  }

  /// Stands between the fields once the lines are cut: no text that is cut holds it.
  public static let delimiter: UInt8 = 0x1F

  /// How the lines read once they are cut.
  public func dialect(_ lineEnd: Dialect.LineEnd) -> Dialect {
    Dialect(delimiter: [Self.delimiter], quote: nil, lineEnd: lineEnd)
  }

  /// Characters of each column, the blanks behind it included; the last one's are not known.
  public var widths: [Int] {
    var start = 0
    return gaps.map { gap in
      defer { start = gap.upperBound }
      return gap.upperBound - start
    }
  }
}
