import Records

/// One way to read the bytes of an odd record: which quotes open fields, what delimits.
struct RowReading {
  /// A field's content, unescaped, and whether quotes stood around it.
  struct Field {
    var bytes: [UInt8]
    var isQuoted: Bool
  }

  /// The records that the bytes hold under this reading; mostly one.
  var rows: [[Field]]
  /// What was done.
  var kinds: [RepairCode]
  /// Bits that it takes to say so.
  var bits: Double

  /// The readings of `raw` that come into question, apart from the one that made it odd.
  static func others(_ raw: [UInt8], _ dialect: Dialect) -> [RowReading] {
    var found: [RowReading] = []
    let usual = Tokens(dialect: dialect)
    if let quote = dialect.quote, raw.contains(quote) {
      // A long text may hold many quotes; the first few show whether one is stray.
      for opening in usual.openings(raw).prefix(6) {
        var tokens = usual
        tokens.literal = opening
        found.append(RowReading(rows: tokens.rows(raw), kinds: [.quoteKept], bits: 8))
      }
      var lenient = usual
      lenient.partsAtQuotes = true
      let rows = lenient.rows(raw)
      if lenient.parted > 0, lenient.parted < 3 {
        let bits = 8 * Double(lenient.parted)
        found.append(RowReading(rows: rows, kinds: [.fieldParted], bits: bits))
      }
    }
    for mark: UInt8 in [0x2C, 0x3B, 0x09, 0x7C] where [mark] != dialect.delimiter {
      guard raw.contains(mark) else { continue }
      var tokens = usual
      tokens.delimiter = [mark]
      found.append(RowReading(rows: tokens.rows(raw), kinds: [.otherDelimiter], bits: 10))
    }
    let otherEnd: UInt8 = dialect.lineEnd == .lineFeed ? 0x0D : 0x0A
    if raw.contains(otherEnd) {
      var tokens = usual
      tokens.otherLineEnd = otherEnd
      let rows = tokens.rows(raw)
      if rows.count > 1 {
        found.append(RowReading(rows: rows, kinds: [.otherLineEnd], bits: 6))
      }
    }
    return found
  }
}

extension RowReading {
  /// Parts bytes into records and fields.
  struct Tokens {
    var delimiter: [UInt8]
    let quote: UInt8?
    let isBackslash: Bool
    let lineEnd: UInt8
    /// Ends records like `lineEnd`.
    var otherLineEnd: UInt8?
    /// The offset of a quote that is content.
    var literal = -1
    /// A quote inside a text opens a field, and one that closes ends it, without a delimiter there.
    var partsAtQuotes = false
    /// Fields that were parted at a quote.
    private(set) var parted = 0

    init(dialect: Dialect) {
      delimiter = dialect.delimiter
      quote = dialect.quote
      isBackslash = dialect.escape == .backslash
      lineEnd = dialect.lineEnd.byte
    }

    /// Offsets of the quotes that open fields.
    func openings(_ raw: [UInt8]) -> [Int] {
      raw.indices.filter { at in
        raw[at] == quote
          && (at == 0 || endsRecord(raw, at - 1)
            || (at >= delimiter.count && isDelimiter(raw, at - delimiter.count)))
      }
    }

    /// The records of `raw`; a line of nothing is none.
    mutating func rows(_ raw: [UInt8]) -> [[Field]] {
      var rows: [[Field]] = []
      var row: [Field] = []
      var at = 0
      while true {
        let (field, end) = field(raw, at)
        row.append(field)
        at = end
        if at < raw.count, isDelimiter(raw, at) {
          at += delimiter.count
          continue
        }
        if at < raw.count, !endsRecord(raw, at) {
          parted += 1
          continue
        }
        if row.count > 1 || row.contains(where: { !$0.bytes.isEmpty }) { rows.append(row) }
        row = []
        while at < raw.count, endsRecord(raw, at) { at += 1 }
        if at >= raw.count { return rows }
      }
    }

    private func isDelimiter(_ raw: [UInt8], _ at: Int) -> Bool {
      at + delimiter.count <= raw.count
        && delimiter.indices.allSatisfy { raw[at + $0] == delimiter[$0] }
    }

    private func endsRecord(_ raw: [UInt8], _ at: Int) -> Bool {
      let byte = raw[at]
      if byte == lineEnd || byte == otherLineEnd { return true }
      // A CR before an LF, or at the end, belongs to the line end.
      return byte == 0x0D && (at + 1 == raw.count || endsRecord(raw, at + 1))
    }

    private func field(_ raw: [UInt8], _ start: Int) -> (Field, end: Int) {
      if start < raw.count, raw[start] == quote, start != literal,
        let (bytes, end) = quoted(raw, start)
      {
        return (Field(bytes: bytes, isQuoted: true), end)
      }
      var at = start
      while at < raw.count, !isDelimiter(raw, at), !endsRecord(raw, at) {
        if partsAtQuotes, at > start, raw[at] == quote, quoted(raw, at) != nil { break }
        at += 1
      }
      return (Field(bytes: Array(raw[start..<at]), isQuoted: false), at)
    }

    /// The content of the field in quotes at `start`, and one past its closing quote.
    private func quoted(_ raw: [UInt8], _ start: Int) -> (bytes: [UInt8], end: Int)? {
      var bytes: [UInt8] = []
      var at = start + 1
      while at < raw.count {
        let byte = raw[at]
        if isBackslash, byte == 0x5C, at + 1 < raw.count {
          bytes.append(raw[at + 1])
          at += 2
          continue
        }
        guard byte == quote else {
          bytes.append(byte)
          at += 1
          continue
        }
        if !isBackslash, at + 1 < raw.count, raw[at + 1] == quote {
          bytes.append(byte)
          at += 2
          continue
        }
        let closes = at + 1 >= raw.count || isDelimiter(raw, at + 1) || endsRecord(raw, at + 1)
        if closes || partsAtQuotes { return (bytes, at + 1) }
        bytes.append(byte)
        at += 1
      }
      return nil
    }
  }
}
