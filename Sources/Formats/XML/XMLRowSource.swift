public import Bytes
import Records

/// Why a source of rows stopped.
public enum RowSourceError: Error, Sendable, Hashable {
  /// The bytes cannot be had.
  case bytes(BytesError)
  /// They are not what the format says.
  case format(FormatError)
}

/// Pulls an XML document from a stream and fills row blocks with its records.
///
/// How this works: the parser is fed a chunk at a time; each record that ends becomes a row. A row
/// block is given back once it holds enough, with the parser paused within its chunk. What a record's elements are (arrays, objects) is a
/// matter of the whole document: where `hasNewFacts` is true at the end, the rows were written
/// under a layout that did not hold, and the document is to be read again under `facts`.
@safe
public final class XMLRowSource: @unchecked Sendable {
  // Sendable because a source has one owner at a time: the thread that pulls from it.

  private let stream: any ByteStream
  private let sink: XMLRecordSink
  private let parser: XMLParser
  private let limits: FormatLimits
  private var chunk = chunkSize
  private var isLastChunk = false
  private var isDone = false
  /// The parser stands still within a chunk.
  private var isPaused = false
  private var eventsBefore = 0

  /// Bytes that are parsed at a time.
  private static let chunkSize = 1 << 16

  /// A source of the records in `stream`, whose columns `0..<names.count` are known.
  ///
  /// `isDecoded` says that the stream is UTF-8 whatever the document declares.
  public init(
    stream: any ByteStream,
    layout: XMLLayout,
    names: [[UInt8]] = [],
    isDecoded: Bool = false,
    limits: FormatLimits = FormatLimits()
  ) {
    self.stream = stream
    self.limits = limits
    sink = XMLRecordSink(layout: layout, names: names, limits: limits)
    parser = XMLParser(sink, encoding: isDecoded ? "UTF-8" : nil, limits: limits)
  }

  /// The columns so far, in the order met; a block's known columns are the first of them.
  public var names: [[UInt8]] { sink.state.builder.names }

  /// The layout with all that the records have shown so far.
  public var facts: XMLLayout { sink.state.builder.facts(recordPath: sink.layout.recordPath) }

  /// Whether the records have shown something that the layout does not hold.
  public var hasNewFacts: Bool { sink.state.builder.hasNewFacts }

  /// Fills `rows` with the next records; false at the document's end.
  ///
  /// - Throws: `RowSourceError` where the document as a whole cannot be read.
  public func next(into rows: RowBlock) throws(RowSourceError) -> Bool {
    rows.begin(block: nil, width: names.count)
    sink.rows = rows
    defer { sink.rows = nil }
    sink.takePending()
    while !isDone {
      try isPaused = !(isPaused ? resume() : parseChunk())
      // The sink pauses where the block is full.
      if isPaused { return true }
      try finishChunk()
    }
    return rows.count + rows.rejects.count > 0
  }

  private func resume() throws(RowSourceError) -> Bool {
    do throws(FormatError) {
      return try parser.resume()
    } catch {
      throw fail(error)
    }
  }

  /// Parses the next chunk; false where the sink has paused within it.
  private func parseChunk() throws(RowSourceError) -> Bool {
    guard let room = unsafe parser.room(chunk) else {
      throw fail(.recordTooLong(line: parser.line, limit: limits.recordBytes))
    }
    var count = 0
    while count < room.count, !isLastChunk {
      // Safe: the rest of the room.
      let rest = unsafe UnsafeMutableBufferPointer(rebasing: room[count...])
      do {
        let got = try unsafe stream.read(into: rest)
        isLastChunk = got == 0
        count += got
      } catch {
        throw .bytes(error)
      }
    }
    eventsBefore = parser.eventCount
    do throws(FormatError) {
      return try parser.parse(count, isLast: isLastChunk)
    } catch {
      throw fail(error)
    }
  }

  private func finishChunk() throws(RowSourceError) {
    if isLastChunk, !sink.state.hasMetPlace {
      throw fail(.recordsNotFound(path: sink.layout.text))
    }
    isDone = isLastChunk
    // A token that goes on behind the chunk is looked at again from its beginning: more each time.
    chunk = parser.eventCount > eventsBefore ? Self.chunkSize : chunk * 2
    guard chunk <= max(limits.recordBytes, Self.chunkSize) else {
      throw fail(.recordTooLong(line: parser.line, limit: limits.recordBytes))
    }
  }

  private func fail(_ error: FormatError) -> RowSourceError {
    isDone = true
    return .format(error)
  }
}
