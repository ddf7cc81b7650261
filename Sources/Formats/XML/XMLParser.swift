import Bytes
import CKernels

/// Reads XML 1.0 (Fifth Edition) with namespaces, and tells a sink what it holds.
///
/// How this works: the bytes lie in memory from one token's beginning to another's end, and a 0
/// behind them. Text goes by 16 bytes at a time; an element that the sink expects is compared
/// whole, tags included, and never taken apart. Nothing outside the document is ever opened: a
/// reference to an external entity stops the parser, and so do entities that expand to far more
/// than the document holds.
@safe
final class XMLParser<Sink: XMLSink> {
  let sink: Sink
  private let depthLimit: Int
  /// The elements that are open.
  let open = FlatArray<XMLOpenElement>(capacity: 64)
  var namespaces = XMLNamespaces()
  /// What the document's own type declaration says.
  let doctype = XMLDoctype()
  private var phase = Phase.start
  /// Attributes of the tag that is read, as they stand there and as they are reported.
  let lexed = FlatArray<XMLLexedAttribute>(capacity: 32)
  let reported = FlatArray<XMLAttribute>(capacity: 32)
  /// Values of theirs that are not as they stand there.
  var values = ByteArena(capacity: 1 << 10)
  var uniqueness = XMLUniqueness()
  /// Where the reference stands whose entity is read; -1 outside entities.
  var reference = -1
  var entityDepth = 0
  var character = ByteArena(capacity: 8)
  /// Fewest elements that were open since `mark`.
  private(set) var lowest = 0
  /// Elements that were open there.
  private(set) var openAtMark = 0

  private enum Phase {
    case start
    case prolog
    case content
    case epilogue
  }

  private static var textBefore: StaticString { "text stands before the document's element" }
  private static var somethingBehind: StaticString {
    "something stands behind the document's element"
  }

  /// A parser at a document's beginning.
  init(_ sink: Sink, limits: FormatLimits) {
    self.sink = sink
    depthLimit = limits.depth
  }

  /// Whether the document's own element has ended, or nothing is missing.
  var isComplete: Bool { phase == .epilogue }

  /// Goes back to a document's beginning.
  func restart() {
    open.cut(to: 0)
    namespaces.forget()
    doctype.forget()
    phase = .start
    mark()
  }

  /// Forgets the elements that are open, but not the prolog.
  func reopen() {
    open.cut(to: 0)
    namespaces.forget()
    phase = .prolog
    mark()
  }

  /// The document's own element has ended before.
  func close() { phase = .epilogue }

  /// From here on `lowest` counts.
  func mark() {
    lowest = open.count
    openAtMark = open.count
  }

  /// Reads the bytes from `start` to `end`, where a 0 stands.
  ///
  /// They must be UTF-8. Open elements' names must stay where they are until those end.
  func parse(
    _ base: UnsafePointer<UInt8>,
    from start: Int,
    to end: Int
  ) throws(XMLFault) {
    var scanner = unsafe XMLScanner(base, from: start, to: end)
    doctype.allow(for: end - start)
    reference = -1
    entityDepth = 0
    if phase == .start {
      doctype.isStandalone = try scanner.declaration()
      phase = .prolog
    }
    while scanner.at < scanner.end {
      if phase == .content {
        try content(&scanner, floor: 0)
        if open.count == 0 { phase = .epilogue }
      } else {
        try outside(&scanner)
      }
    }
  }

  /// What may stand around the document's own element.
  private func outside(_ scanner: inout XMLScanner) throws(XMLFault) {
    scanner.skipSpace()
    guard scanner.at < scanner.end else { return }
    guard scanner.byte == UInt8(ascii: "<") else {
      let isBefore = phase == .prolog
      throw scanner.fault(isBefore ? Self.textBefore : Self.somethingBehind)
    }
    switch scanner.byte(1) {
    case UInt8(ascii: "?"): try scanner.instruction()
    case UInt8(ascii: "!"):
      if scanner.byte(2) == UInt8(ascii: "-") {
        try comment(&scanner)
      } else if phase == .prolog {
        try doctype.read(&scanner)
      } else {
        throw scanner.at + 2 >= scanner.end
          ? .endsEarly(at: scanner.at)
          : .mistake(Self.somethingBehind, at: scanner.at)
      }
    default:
      guard phase == .prolog else {
        throw .mistake("a second element stands behind the document's own", at: scanner.at)
      }
      try startTag(&scanner)
      phase = open.count > 0 ? .content : .epilogue
    }
  }

  /// The contents of the open elements, until `floor` of them are left or the bytes end.
  func content(_ scanner: inout XMLScanner, floor: Int) throws(XMLFault) {
    while true {
      try text(&scanner)
      guard scanner.at < scanner.end else { return }
      switch scanner.byte {
      case UInt8(ascii: "<"):
        let next = scanner.byte(1)
        if next == UInt8(ascii: "/") {
          try endTag(&scanner, floor: floor)
        } else if next == UInt8(ascii: "!") {
          try section(&scanner)
        } else if next == UInt8(ascii: "?") {
          try scanner.instruction()
        } else {
          try element(&scanner)
        }
        if open.count == 0 { return }
      case UInt8(ascii: "&"): try self.reference(&scanner)
      case 0x0D: try carriageReturn(&scanner)
      default: try scanner.oddCharacter()
      }
    }
  }

  @inline(__always)
  private func text(_ scanner: inout XMLScanner) throws(XMLFault) {
    let start = scanner.at
    while true {
      // Safe: the run ends at `end`.
      scanner.at += unsafe dropmill_xml_run(
        scanner.base + scanner.at,
        scanner.end - scanner.at,
        UInt8(ascii: "<"),
        UInt8(ascii: "&"),
        UInt8(ascii: "]")
      )
      let byte = scanner.byte
      if byte == UInt8(ascii: "]"), scanner.at < scanner.end {
        if scanner.byte(1) == UInt8(ascii: "]"), scanner.byte(2) == UInt8(ascii: ">") {
          throw .mistake("text cannot hold ]]>", at: scanner.at)
        }
        scanner.at += 1
      } else if byte == 0xEF, scanner.at < scanner.end {
        try scanner.oddCharacter()
      } else {
        break
      }
    }
    if scanner.at > start {
      try unsafe report(scanner.pointer(start), scanner.at - start)
    }
  }

  @inline(__always)
  func report(_ bytes: UnsafePointer<UInt8>, _ count: Int) throws(XMLFault) {
    guard unsafe sink.text(bytes, count) else { throw .sink }
  }

  @inline(__always)
  private func element(_ scanner: inout XMLScanner) throws(XMLFault) {
    if open.count < depthLimit {
      let behind = unsafe sink.leaf(
        scanner.base,
        scanner.at,
        scanner.end,
        namespaces.generation
      )
      if behind > 0 {
        scanner.at = behind
        return
      }
    }
    try startTag(&scanner)
  }

  /// The place to report: in an entity, that of the reference to it.
  @inline(__always)
  func place(_ scanner: XMLScanner) -> Int { reference < 0 ? scanner.at : reference }

  /// Whether the bytes are those of an entity.
  var isInEntity: Bool { reference >= 0 }

  /// A start tag has been read: the element is open.
  func begin(
    _ raw: UnsafePointer<UInt8>,
    _ rawCount: Int,
    colon: Int,
    bindings: Int,
    at place: Int
  ) throws(XMLFault) {
    guard open.count < depthLimit else { throw .tooDeep(at: place) }
    unsafe open.append(
      XMLOpenElement(raw: raw, count: Int32(rawCount), bindings: Int32(bindings))
    )
    let name = unsafe XMLName(raw + colon + 1, rawCount - colon - 1)
    let attributes = unsafe XMLAttributes(start: reported.base, count: reported.count)
    guard unsafe sink.elementBegins(name, attributes, at: place) else { throw .sink }
    if !doctype.hasAttributes { unsafe sink.note(raw, rawCount, namespaces.generation) }
  }

  /// The innermost element ends.
  @inline(__always)
  func finish(at end: Int) throws(XMLFault) {
    let last = open.count - 1
    namespaces.cut(to: Int(open[last].bindings))
    open.cut(to: last)
    if last < lowest { lowest = last }
    guard sink.elementEnds(at: end) else { throw .sink }
  }

  @inline(__always)
  private func endTag(_ scanner: inout XMLScanner, floor: Int) throws(XMLFault) {
    let last = open[open.count - 1]
    let start = scanner.at
    guard open.count > floor else {
      throw .mistake("an entity ends an element that began outside it", at: start)
    }
    scanner.at += 2
    let count = Int(last.count)
    // Safe: 64 bytes past the end are readable.
    if unsafe dropmill_same(scanner.pointer(scanner.at), last.raw, count),
      scanner.byte(count) == UInt8(ascii: ">")
    {
      scanner.at += count + 1
    } else {
      try slowEndTag(&scanner, last)
    }
    try finish(at: reference < 0 ? scanner.at : reference)
  }

  @inline(never)
  private func slowEndTag(
    _ scanner: inout XMLScanner,
    _ last: XMLOpenElement
  ) throws(XMLFault) {
    let start = scanner.at
    let count = try scanner.name()
    if scanner.at >= scanner.end { throw .endsEarly(at: start) }
    guard count == last.count, unsafe dropmill_same(scanner.pointer(start), last.raw, count) else {
      throw .mistake("the end tag is not that of the element that is open", at: start)
    }
    scanner.skipSpace()
    try scanner.expect(">", "an end tag holds nothing but its name")
  }
}

/// An element that is open, as its start tag spells it.
@safe
struct XMLOpenElement: BitwiseCopyable {
  let raw: UnsafePointer<UInt8>
  let count: Int32
  /// Bindings of prefixes outside it.
  let bindings: Int32
}

extension ByteArena {
  /// Appends a scalar as UTF-8.
  mutating func append(scalar: UInt32) {
    reserve(4)
    if scalar < 0x80 {
      put(UInt8(truncatingIfNeeded: scalar))
    } else if scalar < 0x800 {
      put(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
      put(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    } else if scalar < 0x10000 {
      put(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
      put(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      put(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    } else {
      put(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
      put(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
      put(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      put(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    }
  }
}
