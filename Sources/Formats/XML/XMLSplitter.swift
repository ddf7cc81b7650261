import Bytes
import CKernels

/// Cuts an XML document into blocks at ends of markup outside records, exactly.
///
/// How this works: every tag is walked over, and comments, CDATA sections, instructions and quoted
/// values are told from tags, so that the cutter knows at each place which elements are open. Whether
/// the document is well-formed is the reader's to say: blocks are proven in their order, and up to
/// the first mistake the cutter saw what the reader sees. With each block goes what it stands
/// within: the document type and the start tags that are open.
public struct XMLSplitter: RecordSplitter {
  private let path: [[UInt8]]
  private let limits: FormatLimits
  /// The XML declaration and the document type, for every block behind them.
  private var prolog: [UInt8] = []
  /// The start tags of the elements that are open outside records, and where each begins.
  private var tags: [UInt8] = []
  private var starts: [Int] = []
  /// How many of them lead towards the records.
  private var matched = 0
  /// What the next block stands within.
  private var surroundings = BlockSurroundings()
  /// The record that is walked over.
  private var walk = dropmill_xml_walk(at: 0, depth: 0)
  /// Where the walk goes on, counted from the next call's first byte.
  private var resume = 0
  private var line: UInt64 = 1
  private var hasRoot = false
  /// Records since the last cut.
  private var records = 0
  /// Most records of a block: those of a few bytes become rows of many cells.
  private static let recordLimit = 2048

  /// A cutter at a document's beginning.
  public init(layout: XMLLayout, limits: FormatLimits = FormatLimits()) {
    path = layout.recordPath.map { Array($0.utf8) }
    self.limits = limits
  }

  /// Where blocks begin and end; see `RecordSplitter.split`.
  public mutating func split(
    _ bytes: UnsafeBufferPointer<UInt8>,
    isLast: Bool
  ) throws(FormatError) -> Split {
    guard let base = bytes.baseAddress, bytes.count > 0 else {
      if isLast, !hasRoot || !starts.isEmpty { throw .endsEarly(format: "XML", line: line) }
      return Split(start: 0, end: 0, next: 0, firstLine: line)
    }
    // Safe: as the contract says, 64 bytes past the end are readable.
    var cut = unsafe walkOn(base, bytes.count)
    let isLast = isLast && records < Self.recordLimit
    if isLast { cut = bytes.count }
    if cut == 0, bytes.count > limits.recordBytes {
      throw .recordTooLong(line: line, limit: limits.recordBytes)
    }
    resume = isLast ? 0 : resume - cut
    var split = Split(start: 0, end: cut, next: cut, firstLine: line)
    guard cut > 0 else { return split }
    split.surroundings = surroundings
    split.isLast = isLast
    unsafe goOn(base, cut)
    return split
  }

  /// Walks on; returns the last place where a block may end, or 0.
  private mutating func walkOn(_ base: UnsafePointer<UInt8>, _ count: Int) -> Int {
    var cut = 0
    var at = resume
    records = 0
    while at < count, records < Self.recordLimit {
      if walk.depth > 0 {
        walk.at = at
        // Safe: the walk ends at `count`; 64 bytes past it are readable.
        unsafe dropmill_xml_walk_on(&walk, base, count)
        at = walk.at
        if walk.depth > 0 { break }
        cut = at
        records += 1
        continue
      }
      at += unsafe dropmill_xml_find(base + at, count - at, 0x3C, 0x3C, 0x3C)
      guard at < count else { break }
      let end = unsafe dropmill_xml_markup_end(base, at, count)
      guard end > 0 else { break }
      unsafe take(base + at, end - at)
      at = end
      if walk.depth == 0 { cut = at }
    }
    resume = at
    return cut
  }

  /// Takes markup that stands outside records.
  private mutating func take(_ markup: UnsafePointer<UInt8>, _ count: Int) {
    // Safe: the markup has at least two bytes and its end.
    switch unsafe markup[1] {
    case UInt8(ascii: "/"):
      if let start = starts.popLast() { tags.removeSubrange(start...) }
      matched = min(matched, starts.count)
    case UInt8(ascii: "?"), UInt8(ascii: "!"):
      if !hasRoot, unsafe isProlog(markup) {
        unsafe prolog.append(contentsOf: UnsafeBufferPointer(start: markup, count: count))
      }
    default:
      hasRoot = true
      let isEmpty = unsafe markup[count - 2] == UInt8(ascii: "/")
      let depth = starts.count
      if matched == depth, depth < path.count, unsafe isNamed(markup, count, path[depth]) {
        if depth + 1 == path.count {
          walk.depth = isEmpty ? 0 : 1
          records += isEmpty ? 1 : 0
          return
        }
        if !isEmpty { matched = depth + 1 }
      }
      if isEmpty { return }
      starts.append(tags.count)
      unsafe tags.append(contentsOf: UnsafeBufferPointer(start: markup, count: count))
    }
  }

  /// Whether it is an XML declaration or a document type, not a comment or another instruction.
  private func isProlog(_ markup: UnsafePointer<UInt8>) -> Bool {
    let word = unsafe markup[1] == UInt8(ascii: "?") ? "<?xml" : "<!DOCTYPE"
    // Safe: the slack makes nine bytes readable.
    return word.utf8.enumerated().allSatisfy { index, letter in unsafe markup[index] == letter }
  }

  /// Whether the local name of a tag is that one.
  private func isNamed(
    _ markup: UnsafePointer<UInt8>,
    _ count: Int,
    _ name: [UInt8]
  ) -> Bool {
    var start = 1
    var end = 1
    // Safe: a tag ends with `>`, at which the loop stops.
    while end < count {
      let byte = unsafe markup[end]
      if byte == UInt8(ascii: ":") { start = end + 1 }
      if byte <= 0x20 || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ">") { break }
      end += 1
    }
    return unsafe XMLName(markup + start, end - start).equals(name)
  }

  /// What the block behind `cut` stands within, and its place.
  private mutating func goOn(_ base: UnsafePointer<UInt8>, _ cut: Int) {
    // Safe: `cut` bytes and the slack behind them are readable.
    let lines = unsafe dropmill_xml_lines(base, cut)
    var lineStart = cut
    if lines > 0 {
      while unsafe !XMLSplitter.endsLine(base, lineStart) { lineStart -= 1 }
    } else {
      lineStart = 0
    }
    let column = unsafe Int(dropmill_characters(base + lineStart, cut - lineStart))
    line += lines
    surroundings.column = lines > 0 ? column : surroundings.column + column
    surroundings.prolog = prolog
    surroundings.tags = tags
    // A document that is one record is walked over from before its element on.
    surroundings.isBehind = hasRoot && starts.isEmpty && walk.depth == 0
  }

  private static func endsLine(_ base: UnsafePointer<UInt8>, _ place: Int) -> Bool {
    // Safe: a line end is known to lie before the place.
    let byte = unsafe base[place - 1]
    return unsafe byte == 0x0A || (byte == 0x0D && base[place] != 0x0A)
  }
}
