import Glibc

/// Tells sentences below a table from its records where both have the same width.
///
/// How this works: a row is written down once as a record, each field as its column's values are and
/// each edge of a field as the table's are, and once as a line of words. It is a note where that is
/// shorter and nothing in it is as a record's: no value that its column had before, no number or date
/// where the table has such, but words, and behind a delimiter a space, as in sentences, or nothing at
/// all. Anything less and the row stays a record: a note that is kept is seen, a record that is not may
/// be missed.
struct NoteModel {
  /// What the columns hold, the rows in question apart.
  private let columns: [ColumnModel]
  /// Fields behind a delimiter that begin with a space, in the rows learnt, and those that do not.
  private let spaced: Int
  private let unspaced: Int

  /// Rows to learn from, at least.
  private static let leastRows = 3
  /// Bits by which a row must be shorter as words.
  private static let margin = 6.0
  /// Bits to say that the table ends above a row.
  private static let borderBits = 8.0

  /// Learns from the rows of `model` that are none of `rows`.
  init(_ model: RowModel, without rows: [[[UInt8]]]) {
    (columns, spaced, unspaced) = model.learnt(without: rows)
  }

  /// How many of `rows`, the last of the table first, are notes; where they do not stand apart from the
  /// records the first of them must be a sentence.
  func count(of rows: [[[UInt8]]], isApart: Bool) -> Int {
    guard let seen = columns.first?.count, seen >= Self.leastRows else { return 0 }
    // What stands apart says itself that the table ends.
    var saved = isApart ? 0 : -Self.borderBits
    var notes = 0
    for (index, fields) in rows.enumerated() {
      guard isStrange(fields) else { break }
      let bits = recordBits(fields) - noteBits(fields)
      guard bits > 0 else { break }
      saved += bits
      let isSentence = fields.contains { Self.words([$0]) > 3 }
      if saved >= Self.margin, isApart || isSentence { notes = index + 1 }
    }
    return notes
  }

  /// Whether a row may be a note by its marks alone: few records are.
  static func isLikeNote(_ fields: [[UInt8]]) -> Bool {
    var filled = 0
    var isSpaced = false
    for place in fields.indices where !fields[place].isEmpty {
      filled += 1
      if place > 0, beginsWithSpace(fields[place]) { isSpaced = true }
    }
    // A record's words stand one to a field.
    if isSpaced { return words(fields) > max(3, filled * 3 / 2) }
    // One field at the beginning, the others empty.
    return filled == 1 && !fields[0].isEmpty && words(fields) > 1
  }

  private static func beginsWithSpace(_ field: [UInt8]) -> Bool {
    field.count > 1 && field[0] == 0x20 && field[1] != 0x20
  }

  /// Words, as far as spaces part them and a letter begins them.
  private static func words(_ fields: [[UInt8]]) -> Int {
    fields.reduce(0) { count, field in
      var previous = UInt8(0x20)
      return field.reduce(count) { count, byte in
        defer { previous = byte }
        return count + (previous == 0x20 && isLetter(byte) ? 1 : 0)
      }
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- 0x61 < 26 || byte >= 0x80
  }

  /// Whether no field is as a record's where records have numbers or dates, and one is words there.
  private func isStrange(_ fields: [[UInt8]]) -> Bool {
    guard fields.count == columns.count else { return false }
    let isSentence = fields.dropFirst().contains { !$0.isEmpty }
    // Where the table has such spaces itself they say nothing.
    if isSentence, spaced > 0 { return false }
    var hasWords = false
    for (field, column) in zip(fields, columns) where !field.isEmpty {
      if column.holds(field[...]) { return false }
      guard column.isTyped else { continue }
      guard field.contains(where: Self.isLetter), !column.cost(field[...]).isSeen else {
        return false
      }
      hasWords = true
    }
    if hasWords { return true }
    // Words where the table has words: by the columns that are never empty in it, and by their make.
    return !isSentence && Self.words(fields) > 3 && !columns[0].cost(fields[0][...]).fits
      && zip(fields, columns).contains { $0.isEmpty && $1.isTyped && $1.isAlwaysFilled }
  }

  private func recordBits(_ fields: [[UInt8]]) -> Double {
    var bits = 0.0
    let edges = Double(spaced + unspaced) + 1
    for (place, (field, column)) in zip(fields, columns).enumerated() {
      bits += column.cost(field[...]).bits
      guard place > 0, !field.isEmpty else { continue }
      let alike = Self.beginsWithSpace(field) ? spaced : unspaced
      bits -= log2((Double(alike) + 0.5) / edges)
    }
    return bits
  }

  /// Bits of a row as a line of words: each as a value of no column, the marks between them as text.
  private func noteBits(_ fields: [[UInt8]]) -> Double {
    var bits = 6.0
    for field in fields where !field.isEmpty {
      bits += ColumnModel.textBits(field[...])
    }
    let filled = fields.count { !$0.isEmpty }
    // Delimiters behind the last word fill a line up to the table's width.
    return bits + 4.5 * Double(filled - 1) + (filled < fields.count ? 3 : 0)
  }
}
