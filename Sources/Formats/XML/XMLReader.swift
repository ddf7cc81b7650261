public import Bytes

/// Reads the records of a block of XML into rows, without an object or a string for any of them.
///
/// How this works: the block stands within open elements that another block holds; their start tags
/// are read first, unless the last block stood within the same ones. An element that is new among
/// the columns moves all rows of its block: where there are many such, the block is read twice, first for
/// its names alone.
public final class XMLReader: RecordReader, @unchecked Sendable {
  // Sendable because a reader has one owner at a time: its worker.

  /// Why the document cannot be read on.
  public private(set) var failure: FormatError?

  private let sink: XMLRecordSink
  private let parser: XMLParser<XMLRecordSink>
  private var surroundings: BlockSurroundings?
  private let prolog = ByteBuffer(capacity: 256)
  private let tags = ByteBuffer(capacity: 256)

  /// A reader of records laid out like that, whose columns `0..<names.count` are known.
  public init(layout: XMLLayout, names: [[UInt8]], limits: FormatLimits = FormatLimits()) {
    sink = XMLRecordSink(layout: layout, names: names, limits: limits)
    parser = XMLParser(sink, limits: limits)
  }

  /// What the last block was the first to show this reader.
  public func takeReport() -> XMLFacts.Report { sink.state.builder.takeReport() }

  /// Reads every record between `block.start` and `block.end` into `rows`.
  public func read(_ block: ByteBlock, into rows: RowBlock) {
    failure = nil
    sink.state.begin(rows, block, isGathering: false)
    failure = parse(block)
    if failure != nil, sink.state.isInterrupted {
      sink.state.begin(rows, block, isGathering: true)
      surroundings = nil
      failure = parse(block)
      sink.state.endGathering()
      surroundings = nil
      if failure == nil {
        sink.state.begin(rows, block, isGathering: false, keepsNames: true)
        failure = parse(block)
      }
    }
    sink.state.end(rows)
  }

  /// What a block shows of records, without their rows.
  func gather(_ block: ByteBlock) throws(FormatError) -> XMLFacts.Report {
    do throws(XMLFault) {
      try parser.parse(block)
    } catch {
      // A sample may end anywhere.
      if case .endsEarly = error, !block.isLast { return takeReport() }
      throw error.formatError(in: block, limits: sink.limits, failure: sink.state.failure)
    }
    return takeReport()
  }

  private func parse(_ block: ByteBlock) -> FormatError? {
    do throws(XMLFault) {
      try enter(block.surroundings)
      sink.state.placeLine(block)
      try parser.parse(block)
      if block.isLast, !parser.isComplete { throw .endsEarly(at: block.end) }
      if parser.lowest < parser.openAtMark { surroundings = nil }
      return nil
    } catch {
      surroundings = nil
      return error.formatError(in: block, limits: sink.limits, failure: sink.state.failure)
    }
  }

  /// Reads what the block stands within.
  private func enter(_ wanted: BlockSurroundings) throws(XMLFault) {
    if let surroundings, !wanted.tags.isEmpty, surroundings.tags == wanted.tags,
      surroundings.prolog == wanted.prolog, parser.open.count == parser.openAtMark
    {
      return
    }
    sink.state.enterOutside()
    if surroundings?.prolog != wanted.prolog || wanted.prolog.isEmpty {
      parser.restart()
      try read(wanted.prolog, prolog)
    } else {
      parser.reopen()
    }
    try read(wanted.tags, tags)
    if wanted.isBehind { parser.close() }
    surroundings = wanted
    parser.mark()
  }

  private func read(_ bytes: [UInt8], _ buffer: ByteBuffer) throws(XMLFault) {
    guard !bytes.isEmpty else { return }
    buffer.count = 0
    buffer.append(contentsOf: bytes)
    buffer.append(0)
    // Safe: the buffer stays as it is as long as the elements in it are open.
    try unsafe parser.parse(UnsafePointer(buffer.base), from: 0, to: bytes.count)
  }
}
