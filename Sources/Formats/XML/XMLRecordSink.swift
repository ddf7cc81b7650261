import Bytes
import CKernels
import Records

/// Finds the records' elements in the parser's events and builds their rows.
final class XMLRecordSink: XMLSink {
  let layout: XMLLayout
  let limits: FormatLimits
  /// All else, in one value: one access an event.
  var state: State

  init(layout: XMLLayout, names: [[UInt8]], limits: FormatLimits) {
    self.layout = layout
    self.limits = limits
    state = State(
      builder: XMLRecordBuilder(layout: layout, names: names, limits: limits),
      path: layout.recordPath.map { Array($0.utf8) },
      recordBytes: limits.recordBytes
    )
  }

  @inline(__always)
  func elementBegins(_ name: XMLName, _ attributes: XMLAttributes, at place: Int) -> Bool {
    unsafe state.begin(name, attributes, place)
  }

  @inline(__always)
  func elementEnds(at end: Int) -> Bool { state.end() }

  @inline(__always)
  func text(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    unsafe state.text(bytes, count)
  }

  @inline(__always)
  func leaf(_ bytes: UnsafePointer<UInt8>, _ at: Int, _ count: Int, _ bindings: Int) -> Int {
    unsafe state.builder.leaf(bytes, at, count, bindings, limit: state.recordBytes)
  }

  @inline(__always)
  func note(_ raw: UnsafePointer<UInt8>, _ count: Int, _ bindings: Int) {
    unsafe state.builder.note(raw, count, bindings)
  }
}

extension XMLRecordSink {
  /// Where in the document the parser is, and the record that is open there.
  @safe
  struct State {
    var builder: XMLRecordBuilder
    let path: [[UInt8]]
    let recordBytes: Int
    private(set) var failure: FormatError?
    /// Where the rows go; nil where only facts are wanted.
    private var rows: RowBlock?
    /// Elements open outside records, and how many of them lead towards the records.
    private var depth = 0
    private var matched = 0
    private var recordLine: UInt64 = 0
    /// The bytes that lines are counted in, up to where, and the line there.
    private var lineBase: UnsafePointer<UInt8>?
    private var linePlace = 0
    private var line: UInt64 = 1
    /// Only the names of columns are gathered.
    private var isGathering = false
    private var lastWidth = 0
    /// New columns came too often: the block is to be read for its names first.
    private(set) var isInterrupted = false

    /// New columns of a block after which its names are gathered before its rows.
    private static let manyColumns = 32
    /// Most cells of a block.
    private static let cellLimit = 1 << 25

    init(builder: XMLRecordBuilder, path: [[UInt8]], recordBytes: Int) {
      self.builder = builder
      self.path = path
      self.recordBytes = recordBytes
    }

    /// Begins on a block.
    mutating func begin(
      _ rows: RowBlock,
      _ block: ByteBlock,
      isGathering: Bool,
      keepsNames: Bool = false
    ) {
      if !keepsNames { builder.forgetColumns() }
      rows.begin(block: block, width: builder.fixedCount)
      for name in builder.names[builder.fixedCount...] { _ = rows.addColumn(name: name) }
      builder.begin(block)
      self.rows = rows
      self.isGathering = isGathering
      isInterrupted = false
      failure = nil
      lastWidth = rows.width
    }

    /// The names are known.
    mutating func endGathering() { isGathering = false }

    /// The block has ended.
    mutating func end(_ rows: RowBlock) { self.rows = nil }

    /// The parser goes back to where no element is open.
    mutating func enterOutside() {
      depth = 0
      matched = 0
      builder.abandon()
    }

    /// Lines are counted from the block's start on.
    mutating func placeLine(_ block: ByteBlock) {
      unsafe lineBase = UnsafePointer(block.storage.base)
      linePlace = block.start
      line = block.firstLine
    }

    private mutating func line(at place: Int) -> UInt64 {
      guard let base = unsafe lineBase, place > linePlace else { return line }
      // Safe: the place lies in the block.
      line += unsafe dropmill_xml_lines(base + linePlace, place - linePlace)
      linePlace = place
      return line
    }

    @inline(__always)
    mutating func begin(_ name: XMLName, _ attributes: XMLAttributes, _ place: Int) -> Bool {
      if builder.isInRecord {
        // Safe: the name is readable as long as it is reported.
        guard unsafe builder.begin(name.base, name.count) else { return tooMany() }
        return unsafe attributes.isEmpty ? checkSize() : take(attributes)
      }
      return unsafe beginOutside(name, attributes, place)
    }

    @inline(never)
    private mutating func beginOutside(
      _ name: XMLName,
      _ attributes: XMLAttributes,
      _ place: Int
    ) -> Bool {
      depth += 1
      guard matched == depth - 1, depth <= path.count, name.equals(path[depth - 1]) else {
        return true
      }
      matched = depth
      if matched >= path.count - 1 { builder.notePlace() }
      guard matched == path.count else { return true }
      recordLine = line(at: place)
      builder.beginRecord()
      return unsafe take(attributes)
    }

    /// The innermost element ends.
    @inline(__always)
    mutating func end() -> Bool {
      if builder.isInRecord, !builder.end() { return true }
      return endOutside()
    }

    @inline(never)
    private mutating func endOutside() -> Bool {
      let wasRecord = matched == path.count && depth == matched
      depth -= 1
      matched = min(matched, depth)
      return wasRecord ? finishRecord() : true
    }

    private mutating func finishRecord() -> Bool {
      guard let rows else { return true }
      builder.assignColumns()
      if isGathering { return true }
      let width = builder.names.count
      if width > lastWidth {
        if width - builder.fixedCount > Self.manyColumns, rows.count > Self.manyColumns {
          isInterrupted = true
          return false
        }
        lastWidth = width
      }
      guard (rows.count + 1) * width <= Self.cellLimit else {
        failure = .tooManyColumns(count: width, limit: Self.cellLimit / (rows.count + 1))
        return false
      }
      builder.finish(into: rows, line: Int(recordLine - rows.firstLine))
      return true
    }

    @inline(__always)
    mutating func text(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
      guard builder.isInRecord else { return true }
      unsafe builder.addText(bytes, count)
      return checkSize()
    }

    private mutating func take(_ attributes: XMLAttributes) -> Bool {
      for index in 0..<attributes.count {
        let attribute = unsafe attributes[index]
        if attribute.isHint { continue }
        guard
          unsafe builder.attribute(
            attribute.name,
            attribute.nameCount,
            attribute.value,
            attribute.valueCount
          )
        else { return tooMany() }
      }
      return checkSize()
    }

    private mutating func tooMany() -> Bool {
      failure = .tooManyColumns(count: XMLFacts.pathLimit, limit: XMLFacts.pathLimit)
      return false
    }

    @inline(__always)
    private mutating func checkSize() -> Bool {
      if builder.size <= recordBytes { return true }
      failure = .recordTooLong(line: recordLine, limit: recordBytes)
      return false
    }
  }
}
