import Bytes
import Formats
import Glibc

/// The dialect that writes a text down shortest, and the one that comes next.
struct DialectFinder {
  /// One dialect and its cost.
  struct Candidate {
    var dialect: Dialect
    var score: DialectScore
    /// The rows that were scored.
    var scan: DialectScan
    /// Which of them the table is.
    var extent: TableExtent
    /// Bits, the prior's included.
    var bits: Double
    /// The text holds the quote where it opens fields.
    var usesQuotes: Bool
    /// It was left before the text's end, far behind another; its bits are as many as it would take at that pace.
    var isLeft = false
  }

  /// The best.
  private(set) var best: Candidate
  /// The best with another delimiter, where there is one.
  private(set) var runnerUp: Candidate?
  /// The settings or `sep=` in the first line said so.
  let isStated: Bool

  /// Bytes of the first round, in which every candidate takes part, and of the second.
  private static let firstRound = 1 << 14
  private static let secondRound = 1 << 17

  /// Tries what could delimit `bytes`, a text from its first to its last whole line.
  init(_ bytes: [UInt8], stated: StatedLayout, lineEnd: Dialect.LineEnd, textStart: Int) {
    let textStart = Self.pastComments(bytes, from: textStart, lineEnd.byte)
    let first = max(textStart, Self.cut(bytes, Self.firstRound, lineEnd.byte))
    let second = max(textStart, Self.cut(bytes, Self.secondRound, lineEnd.byte))
    let places = bytes.places(of: DelimiterCensus.listed, in: 0..<first)
    var delimiters: [[UInt8]]
    if let delimiter = stated.delimiter {
      delimiters = [delimiter]
    } else {
      delimiters = DelimiterCensus(bytes, places, to: first, lineEnd: lineEnd.byte).candidates
      if !delimiters.contains([0x2C]) { delimiters.append([0x2C]) }
      if !delimiters.contains(StatedLayout.noDelimiter) {
        delimiters.append(StatedLayout.noDelimiter)
      }
    }
    isStated = stated.delimiter != nil
    let text = Text(bytes, from: textStart, to: first, places)
    var tried: [Candidate] = []
    var lead: Lead?
    for delimiter in delimiters {
      for found in Self.variants(text, delimiter, lineEnd, stated, lead) {
        tried.append(found)
        if !found.isLeft, found.score.isRegular, found.bits < lead?.bits ?? .infinity {
          lead = Lead(found)
        }
      }
    }
    Self.judge(&tried, text)
    if second > first {
      let limit = Lead.limit(tried.first?.bits ?? 0)
      let longer = Text(
        bytes,
        from: textStart,
        to: second,
        bytes.places(of: DelimiterCensus.listed, in: textStart..<second)
      )
      tried = tried.prefix(5).filter { $0.bits <= limit }.map {
        var again = Self.candidate(longer, $0.dialect)
        again.usesQuotes = $0.usesQuotes
        return again
      }
      Self.judge(&tried, longer)
    }
    let top = tried.first.map { Self.quoted($0, tried) } ?? Self.candidate(text, .csv)
    best = top
    runnerUp = tried.first { $0.dialect.delimiter != top.dialect.delimiter }
  }

  /// Between 0 and 1: how sure the delimiter is.
  var confidence: Double {
    if isStated { return 1 }
    guard let runnerUp else { return 0.99 }
    let margin = runnerUp.bits - best.bits
    return min(0.999, 1 / (1 + exp2(-margin / 6)))
  }

  /// Reads the text in another dialect of the same delimiter.
  mutating func read(_ bytes: [UInt8], as dialect: Dialect) {
    let range = best.scan.range
    let text = Text(bytes, from: range.lowerBound, to: range.upperBound, [])
    var found = [Self.candidate(text, dialect)]
    Self.judge(&found, text)
    best = found[0]
    best.usesQuotes = dialect.quote != nil
  }

  /// LF, or CR where lines end in nothing else.
  static func lineEnd(_ bytes: [UInt8]) -> Dialect.LineEnd {
    var hasReturn = false
    for byte in bytes.prefix(1 << 16) {
      if byte == 0x0A { return .lineFeed }
      if byte == 0x0D { hasReturn = true }
    }
    return hasReturn ? .carriageReturn : .lineFeed
  }

  /// Where the text goes on behind the comments that it begins with; their words delimit nothing.
  ///
  /// `#id` may be a header's first name, and a text of comments alone is what it is.
  private static func pastComments(_ bytes: [UInt8], from start: Int, _ lineEnd: UInt8) -> Int {
    var at = start
    while at + 1 < bytes.count, bytes[at] == 0x23, bytes[at + 1] == 0x20 || bytes[at + 1] == 0x23 {
      guard let end = bytes[at...].firstIndex(of: lineEnd) else { return start }
      at = end + 1
    }
    return bytes[at...].prefix(firstRound).contains { $0 > 0x20 } ? at : start
  }

  /// The end of the last whole line in the first `limit` bytes; all of them where there is none.
  private static func cut(_ bytes: [UInt8], _ limit: Int, _ lineEnd: UInt8) -> Int {
    if bytes.count <= limit { return bytes.count }
    return (bytes[..<limit].lastIndex(of: lineEnd).map { $0 + 1 }) ?? limit
  }

  /// The part of a text that a round looks at, and what of it is the same for all candidates.
  private struct Text {
    var bytes: [UInt8]
    var start: Int
    var end: Int
    var costs: TextCosts
    /// Where quotes stand, double or single ones.
    var signs: [Int] = []

    /// `listed` has the quotes among others, in order.
    init(_ bytes: [UInt8], from start: Int, to end: Int, _ listed: [Int32]) {
      self.bytes = bytes
      self.start = start
      self.end = end
      costs = TextCosts(bytes, from: start, to: end)
      for place in listed where place >= start {
        let byte = bytes[Int(place)]
        if byte == 0x22 || byte == 0x27 { signs.append(Int(place)) }
      }
    }
  }

  private static func variants(
    _ text: Text,
    _ delimiter: [UInt8],
    _ lineEnd: Dialect.LineEnd,
    _ stated: StatedLayout,
    _ lead: Lead?
  ) -> [Candidate] {
    var dialect = Dialect(delimiter: delimiter, lineEnd: lineEnd)
    let opening = openings(text, delimiter, lineEnd.byte)
    if stated.quote != nil || stated.escape != nil {
      var quotes = [UInt8(0x22)] as [UInt8?]
      if opening.single > 0 { quotes.append(0x27) }
      if stated.escape == .copy { quotes = [nil] }
      if let quote = stated.quote { quotes = [quote.byte] }
      var escapes = [Dialect.Escape.doubled]
      if opening.backslash > 0 { escapes.append(.backslash) }
      if let escape = stated.escape { escapes = [escape] }
      return quotes.flatMap { quote in
        escapes.map { escape in
          (dialect.quote, dialect.escape) = (quote, escape)
          var found = candidate(text, dialect)
          found.usesQuotes = quote != nil && text.bytes[text.start..<text.end].contains(quote ?? 0)
          return found
        }
      }
    }
    var result = [candidate(text, dialect, behind: lead)]
    let usesDouble = opening.double > 0
    result[0].usesQuotes = usesDouble
    if usesDouble && opening.backslash > 0 {
      var escaped = dialect
      escaped.escape = .backslash
      result.append(candidate(text, escaped, behind: lead))
      result[1].usesQuotes = true
    }
    if opening.single > 0 {
      dialect.quote = 0x27
      var found = candidate(text, dialect, behind: lead)
      found.usesQuotes = true
      result.append(found)
    }
    if usesDouble && opening.odd {
      dialect.quote = nil
      result.append(candidate(text, dialect, behind: lead))
    }
    return result
  }

  /// Puts the shortest first, each with its table where that makes the text shortest.
  ///
  /// Nothing is to be looked for where the shortest reading has rows of one width throughout: most texts
  /// are so, and the others' tables cost more to find than all else.
  private static func judge(_ tried: inout [Candidate], _ text: Text) {
    tried.sort { $0.bits < $1.bits }
    guard let score = tried.first?.score, !score.isRegular else { return }
    let isWhole = text.end == text.bytes.count
    for index in tried.indices {
      if tried[index].isLeft {
        let usesQuotes = tried[index].usesQuotes
        tried[index] = candidate(text, tried[index].dialect)
        tried[index].usesQuotes = usesQuotes
      }
      let (scan, score) = (tried[index].scan, tried[index].score)
      let extent = TableExtent(scan, score, text.costs, isWhole: isWhole)
      tried[index].bits += extent.bits - tried[index].extent.bits
      tried[index].extent = extent
    }
    tried.sort { $0.bits < $1.bits }
  }

  /// A reading that has one width throughout: others are read no further than it takes to see that
  /// they fall far behind it.
  private struct Lead {
    let bits: Double
    /// Where each row ends, and bits of the text up to there, what its columns and signs cost included.
    private var ends: [Int] = []
    private var sums: [Double] = []

    /// Rows that another is read on before they are held against each other again.
    static let rowStep = 4

    init(_ candidate: Candidate) {
      bits = candidate.bits
      var cells = 0
      let rest = candidate.bits - Double(candidate.score.cellCost) / 1000
      for (row, cost) in zip(candidate.scan.rows, candidate.score.rowCosts) {
        cells += cost ?? 0
        ends.append(row.end)
        sums.append(rest + Double(cells) / 1000)
      }
    }

    /// Bits past which another reading has no chance where one of those bits is known.
    static func limit(_ bits: Double) -> Double { bits * 1.1 + 60 }

    /// The bits that another reading comes to at its pace; nil where it may still be the shortest.
    ///
    /// It took `bits` up to `offset`; `row` is where the last call came to, at first 0.
    func pace(_ bits: Double, at offset: Int, from row: inout Int) -> Double? {
      while row + 1 < ends.count, ends[row] < offset { row += 1 }
      return bits > Self.limit(sums[row]) ? bits / sums[row] * self.bits : nil
    }
  }

  private static func candidate(
    _ text: Text,
    _ dialect: Dialect,
    behind lead: Lead? = nil
  ) -> Candidate {
    var own = prior(dialect.delimiter)
    if dialect.quote == 0x27 { own += 6 }
    if dialect.quote == nil { own += 6 }
    if dialect.escape == .backslash { own += 4 }
    var scan = DialectScan(text.bytes, from: text.start, to: text.end, dialect, rowLimit: 0)
    var score = DialectScore()
    var pace: Double?
    if let lead {
      var row = 0
      while pace == nil, !scan.isRead {
        scan.read(rows: Lead.rowStep)
        score.add(scan, text.costs)
        let cells = Double(score.cellCost + score.signCost) / 1000
        pace = lead.pace(own + cells, at: scan.offset, from: &row)
      }
    } else {
      scan.read(rows: .max)
      score.add(scan, text.costs)
    }
    if pace == nil { score.finish(scan) }
    let extent = TableExtent(all: scan, score)
    return Candidate(
      dialect: dialect,
      score: score,
      scan: scan,
      extent: extent,
      bits: pace ?? extent.bits + own,
      usesQuotes: false,
      isLeft: pace != nil
    )
  }

  /// The reading with quotes that leaves no row ragged, in place of one without that leaves most so.
  ///
  /// Prose in quotes is full of commas, and each of them costs nothing where it delimits. The last row
  /// may be cut off.
  private static func quoted(_ shortest: Candidate, _ tried: [Candidate]) -> Candidate {
    let table = shortest.extent
    guard !shortest.usesQuotes, table.regularRows * 2 < table.rowCount else { return shortest }
    return tried.first {
      $0.usesQuotes && $0.scan.strayQuotes <= 1 && $0.score.width > 1 && $0.score.rows > 2
        && $0.score.rows - $0.score.regularRows <= 1
    } ?? shortest
  }

  /// Bits that tell a delimiter before the text is seen.
  static func prior(_ delimiter: [UInt8]) -> Double {
    if delimiter == StatedLayout.noDelimiter { return 12 }
    guard delimiter.count == 1 else {
      if delimiter.count == 2 && delimiter[1] == 0x20 { return prior([delimiter[0]]) + 1 }
      if delimiter.count == 2 && delimiter[0] >= 0xC2 { return 12 }
      return 5
    }
    switch delimiter[0] {
    case 0x2C: return 0
    case 0x3B, 0x09: return 1
    case 0x7C: return 2
    case 0x01, 0x1F, 0x1E: return 4
    case 0x5E, 0x7E: return 8
    case 0x3A, 0x20: return 12
    case 0x23: return 16
    default: return 20
    }
  }

  /// Where quotes open fields: after a delimiter or at a line's start.
  private static func openings(
    _ text: Text,
    _ delimiter: [UInt8],
    _ lineEnd: UInt8
  ) -> (double: Int, single: Int, backslash: Int, odd: Bool) {
    var double = 0
    var single = 0
    var closedSingle = 0
    var backslash = 0
    var odd = false
    let last = delimiter[delimiter.count - 1]
    let (bytes, end) = (text.bytes, text.end)
    for at in text.signs {
      let before = at > text.start ? bytes[at - 1] : lineEnd
      let after = at + 1 < end ? bytes[at + 1] : lineEnd
      let opens = before == lineEnd || before == last
      let closes = after == lineEnd || after == 0x0D || after == delimiter[0]
      if bytes[at] == 0x22 {
        if opens { double += 1 }
        if before == 0x5C { backslash += 1 }
        if !opens && !closes && before != 0x22 && after != 0x22 && before != 0x5C { odd = true }
      } else {
        if opens && !closes { single += 1 }
        if closes && !opens { closedSingle += 1 }
      }
    }
    return (double, closedSingle > 0 ? single : 0, backslash, odd || double % 2 != 0)
  }
}
