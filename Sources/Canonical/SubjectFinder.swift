import Bytes
public import Records

/// Finds the records of people by a value of a column, of which nobody but the key's owner can tell it.
///
/// How this works: of the value only a fingerprint under the ledger's key is known, of the line that has
/// nothing but the column and the value. Each record's value in that column is made such a line, and its
/// fingerprint looked up. A value counts as the text that it has as a string or, if it could be a number,
/// true or false, as itself: so `42` is found before and after its column became text.
public final class SubjectFinder {
  /// A person: a column, and a fingerprint of the value that the person has in it.
  public struct Token: Sendable, Hashable {
    /// The column's canonical name.
    public var column: String
    /// The fingerprint.
    public var fingerprint: Fingerprint

    /// The token of that column and fingerprint.
    public init(column: String, fingerprint: Fingerprint) {
      self.column = column
      self.fingerprint = fingerprint
    }
  }

  /// Who is looked for.
  public let tokens: Set<Token>
  private let readers: [(reader: KeyReader, tokens: Set<Fingerprint>, column: String)]
  private let lines = CanonicalBlock()

  /// A finder of those people.
  ///
  /// - Parameters:
  ///   - tokens: Who is looked for.
  ///   - key: The secret that the tokens' fingerprints were made under.
  public init(_ tokens: some Sequence<Token>, key: FingerprintKey) {
    self.tokens = Set(tokens)
    readers = Dictionary(grouping: self.tokens, by: \.column).map { column, tokens in
      (KeyReader(columns: [column], key: key), Set(tokens.map(\.fingerprint)), column)
    }
  }

  /// The tokens of a person.
  ///
  /// - Parameters:
  ///   - value: The value as it stands in canonical records, without quotes.
  ///   - column: The column's canonical name.
  ///   - key: The secret of the fingerprints.
  /// - Returns: One or two tokens.
  public static func tokens(
    of value: [UInt8],
    in column: String,
    key: FingerprintKey
  ) -> [Token] {
    let block = CanonicalBlock()
    append(value, in: column, to: block)
    if let scalar = scalar(value) { append(scalar, in: column, isText: false, to: block) }
    let reader = KeyReader(columns: [column], key: key)
    reader.readThere(block)
    return reader.keys.fingerprints.map { Token(column: column, fingerprint: $0) }
  }

  /// The line that tells targets whom they have to erase, in canonical form:
  /// `{"$erased":{"column":…,"salt":…,"sha256":…}}` and an LF.
  ///
  /// - Parameters:
  ///   - column: The column's canonical name.
  ///   - salt: Random bytes, as hexadecimal digits.
  ///   - sha256: The hash of the salt's bytes and the value behind them, as hexadecimal digits.
  /// - Returns: The line: those who have the value find it by the line, and nobody reads it there.
  public static func tombstone(column: String, salt: String, sha256: String) -> [UInt8] {
    let line = ByteBuffer(capacity: 256)
    line.append("{\"$erased\":{\"column\":")
    appendString(Array(column.utf8), to: line)
    line.append(contentsOf: Array(",\"salt\":\"\(salt)\",\"sha256\":\"\(sha256)\"}}\n".utf8))
    // Safe: the bytes are copied.
    return unsafe Array(line.bytes)
  }

  /// Says which records of a block are those of the people, and how many.
  ///
  /// A row that was repaired counts as well where ``joined(in:)`` has something to say of it.
  public func find(in block: CanonicalBlock, isFound: inout [Bool]) -> Int {
    isFound = [Bool](repeating: false, count: block.count)
    var count = 0
    for (reader, tokens, _) in readers {
      reader.readThere(block)
      for (record, fingerprint) in reader.keys.fingerprints.enumerated()
      where !isFound[record] && tokens.contains(fingerprint) {
        isFound[record] = true
        count += 1
      }
    }
    for repair in block.repairs where !joined(in: repair).isEmpty {
      for record in block.sourceLines.indices
      where !isFound[record]
        && block.firstLine + UInt64(block.sourceLines[record]) == repair.line
      {
        isFound[record] = true
        count += 1
      }
    }
    return count
  }

  /// The fields that a repair made of one in which a person's value stood alone.
  ///
  /// `jana@b.c, at work` without quotes is two fields in the source and one in the record, which no value
  /// of a column tells any more. A quote that stands for itself beside the value hides it in the same way.
  public func joined(in repair: Repair) -> [[UInt8]] {
    let parts = Set(repair.before.map { Self.trimmed($0[...], of: Self.blanksAndQuotes) })
    let kept = Set(repair.after.map { Self.trimmed($0[...]) })
    guard isTold(by: parts.subtracting(kept)) else { return [] }
    return repair.after.filter { !parts.contains(Self.trimmed($0[...])) }
  }

  /// Takes the people's lines out of whole canonical lines.
  ///
  /// - Parameter text: Lines, each ended by an LF.
  /// - Returns: The other lines, the numbers of those that were taken out, counted from 0, these lines
  ///   themselves, and how many lines there were.
  public func cut(
    _ text: [UInt8]
  ) -> (kept: [UInt8], gone: [Int], goneLines: [UInt8], count: Int) {
    let lines = CanonicalBlock(lines: text)
    let count = lines.count
    var isFound: [Bool] = []
    guard find(in: lines, isFound: &isFound) > 0 else { return (text, [], [], count) }
    let gone = isFound.indices.filter { isFound[$0] }
    let goneLines = gone.flatMap { record in
      text[(record == 0 ? 0 : Int(lines.ends[record - 1]))..<Int(lines.ends[record])]
    }
    lines.remove(where: isFound)
    var kept: [UInt8] = []
    lines.append(to: &kept)
    return (kept, gone, goneLines, count)
  }

  /// Whether one of the people's values stands in fields that could not be read as a record.
  ///
  /// Looked at are whole fields, and what stands in them between quotes, delimiters and white space:
  /// a value that is longer than such a piece and not a whole field is not found.
  public func isNamed(in fields: [[UInt8]]) -> Bool {
    isTold(by: Set(fields.flatMap(Self.pieces)))
  }

  /// Whether one of the people's values is among those.
  private func isTold(by values: Set<[UInt8]>) -> Bool {
    guard !values.isEmpty else { return false }
    for (reader, tokens, column) in readers {
      lines.lines.count = 0
      lines.ends = []
      for value in values { Self.append(value, in: column, to: lines) }
      reader.readThere(lines)
      if reader.keys.fingerprints.contains(where: tokens.contains) { return true }
    }
    return false
  }
}

@available(*, unavailable)
extension SubjectFinder: Sendable {}

extension SubjectFinder {
  /// Appends a line that has a column and a value alone.
  private static func append(
    _ value: [UInt8],
    in column: String,
    isText: Bool = true,
    to block: CanonicalBlock
  ) {
    block.lines.append("{")
    appendString(Array(column.utf8), to: block.lines)
    block.lines.append(":")
    if isText {
      appendString(value, to: block.lines)
    } else {
      block.lines.append(contentsOf: value)
    }
    block.lines.append("}\n")
    block.ends.append(UInt32(block.lines.count))
  }

  private static func appendString(_ bytes: [UInt8], to lines: ByteBuffer) {
    let text = ByteBuffer(capacity: bytes.count)
    text.append(contentsOf: bytes)
    // Safe: the text lives to the end of the call, and is copied.
    unsafe JSONText.appendString(text.base, text.count, to: lines)
  }

  /// The value as it would stand in a record without quotes; nil where it never does.
  private static func scalar(_ value: [UInt8]) -> [UInt8]? {
    if value == Array("true".utf8) || value == Array("false".utf8) { return value }
    let text = ByteBuffer(capacity: value.count)
    text.append(contentsOf: value)
    let number = ByteBuffer(capacity: 32)
    // Safe: the text lives to the end of the call.
    guard !value.isEmpty, unsafe JSONText.numberLength(text.base, text.count) == value.count,
      unsafe JSONText.appendNumber(text.base, text.count, to: number)
    else { return nil }
    return unsafe Array(number.bytes)
  }

  private static let outer = Set(Array("\",;|\t\r\n<>{}[]".utf8))
  private static let inner = Set(Array(" ':=()&".utf8))

  private static func pieces(of field: [UInt8]) -> [[UInt8]] {
    let parts = field.split(whereSeparator: outer.contains)
    let small = parts.flatMap { $0.split(whereSeparator: inner.contains) }
    // Tables for spreadsheets have an apostrophe before what could be a formula.
    let bare = field.first == UInt8(ascii: "'") ? [trimmed(field.dropFirst())] : []
    return [trimmed(field[...])] + bare + parts.map { trimmed($0) } + small.map(Array.init)
  }

  private static let blanks: Set<UInt8> = [0x20, 0x09]
  private static let blanksAndQuotes = blanks.union(Array("\"'".utf8))

  private static func trimmed(
    _ text: ArraySlice<UInt8>,
    of outer: Set<UInt8> = blanks
  ) -> [UInt8] {
    Array(text.drop(while: outer.contains).reversed().drop(while: outer.contains).reversed())
  }
}
