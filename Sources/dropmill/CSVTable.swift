/// Canonical lines as one table in RFC 4180's form: the columns in the order of the sources.
struct CSVTable {
  /// The columns' canonical names.
  private(set) var names: [String] = []
  /// What the header calls them.
  private var titles: [String] = []
  private var files = 0

  /// Takes the columns of one more file.
  ///
  /// - Parameters:
  ///   - names: canonical, in the source's order.
  ///   - titles: as the source spells them; used where it is the only file.
  mutating func add(names: [String], titles: [String]) {
    files += 1
    let known = Set(self.names)
    let added = names.filter { !known.contains($0) }
    self.titles =
      files == 1 && titles.count == names.count ? titles : self.names + added
    self.names += added
  }

  /// The first line.
  var header: [UInt8] {
    var text: [UInt8] = []
    Self.append(titles.map { Array($0.utf8) }, to: &text)
    return text
  }

  /// Turns canonical lines, piece by piece, into rows.
  struct RowWriter {
    /// Each column's name as canonical lines spell it, in their order, and its place in a row.
    private let keys: [(name: [UInt8], place: Int)]
    private var cells: [[UInt8]?]

    init(_ table: CSVTable) {
      keys = table.names.enumerated()
        .sorted { $0.element.utf16.lexicographicallyPrecedes($1.element.utf16) }
        .map { (name: CSVTable.escaped($0.element), place: $0.offset) }
      cells = [[UInt8]?](repeating: nil, count: table.names.count)
    }

    /// Appends the row of `line`, a canonical line without its LF, to `text`.
    mutating func append(_ line: ArraySlice<UInt8>, to text: inout [UInt8]) {
      for index in cells.indices { cells[index] = nil }
      var at = line.startIndex + 1
      var next = 0
      while at < line.endIndex, line[at] == 0x22 {
        let name = at + 1..<CSVTable.closingQuote(line, at)
        while next < keys.count, !line[name].elementsEqual(keys[next].name) { next += 1 }
        at = name.upperBound + 2
        let end = CSVTable.valueEnd(line, at)
        if next < keys.count { cells[keys[next].place] = CSVTable.value(line[at..<end]) }
        at = end + 1
      }
      CSVTable.append(cells, to: &text)
    }
  }
}

extension CSVTable {
  private static func append(_ cells: [[UInt8]?], to text: inout [UInt8]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { text.append(0x2C) }
      guard let cell else {
        // A line of nothing would be no row.
        if cells.count == 1 { text += [0x22, 0x22] }
        continue
      }
      guard cell.isEmpty || cell.contains(where: { isMark($0) }) else {
        text += cell
        continue
      }
      text.append(0x22)
      for byte in cell {
        if byte == 0x22 { text.append(0x22) }
        text.append(byte)
      }
      text.append(0x22)
    }
    text += [0x0D, 0x0A]
  }

  private static func isMark(_ byte: UInt8) -> Bool {
    byte == 0x2C || byte == 0x22 || byte == 0x0A || byte == 0x0D
  }

  /// Where the string that opens at `start` closes.
  private static func closingQuote(_ line: ArraySlice<UInt8>, _ start: Int) -> Int {
    var at = start + 1
    while at < line.endIndex, line[at] != 0x22 { at += line[at] == 0x5C ? 2 : 1 }
    return min(at, line.endIndex)
  }

  /// One past the value that begins at `start`.
  private static func valueEnd(_ line: ArraySlice<UInt8>, _ start: Int) -> Int {
    var at = start
    var depth = 0
    while at < line.endIndex {
      switch line[at] {
      case 0x22: at = closingQuote(line, at)
      case 0x7B, 0x5B: depth += 1
      case 0x7D, 0x5D:
        if depth == 0 { return at }
        depth -= 1
      case 0x2C: if depth == 0 { return at }
      default: break
      }
      at += 1
    }
    return line.endIndex
  }

  /// A value's cell: a string's text, all else as it stands.
  private static func value(_ json: ArraySlice<UInt8>) -> [UInt8] {
    guard json.first == 0x22 else { return Array(json) }
    let inner = json.dropFirst().dropLast()
    guard inner.contains(0x5C) else { return Array(inner) }
    var text: [UInt8] = []
    var at = inner.startIndex
    while at < inner.endIndex {
      guard inner[at] == 0x5C, at + 1 < inner.endIndex else {
        text.append(inner[at])
        at += 1
        continue
      }
      let mark = inner[at + 1]
      if mark == UInt8(ascii: "u") {
        let digits = inner[(at + 2)..<min(at + 6, inner.endIndex)]
        text.append(UInt8(String(decoding: digits, as: UTF8.self), radix: 16) ?? 0x3F)
        at += 6
      } else {
        text.append(controls[mark] ?? mark)
        at += 2
      }
    }
    return text
  }

  /// RFC 8785 §3.2.2.2: the short escapes; other control characters have `\u00XX`.
  private static let controls: [UInt8: UInt8] = [
    UInt8(ascii: "b"): 0x08, UInt8(ascii: "t"): 0x09, UInt8(ascii: "n"): 0x0A,
    UInt8(ascii: "f"): 0x0C, UInt8(ascii: "r"): 0x0D,
  ]

  /// A name as canonical lines spell it, without its quotes.
  private static func escaped(_ name: String) -> [UInt8] {
    var text: [UInt8] = []
    for byte in name.utf8 {
      if byte == 0x22 || byte == 0x5C {
        text += [0x5C, byte]
      } else if let short = controls.first(where: { $0.value == byte })?.key {
        text += [0x5C, short]
      } else if byte < 0x20 {
        let digits = String(byte, radix: 16)
        text += Array(("\\u00" + (byte < 16 ? "0" : "") + digits).utf8)
      } else {
        text.append(byte)
      }
    }
    return text
  }
}
