import Bytes
import Formats
import Records

/// Content that is given out a few bytes at a time.
final class PiecesStream: ByteStream, @unchecked Sendable {
  // Sendable because each test has its own.

  private let content: [UInt8]
  private let size: Int
  private var at = 0

  init(_ content: [UInt8], size: Int) {
    self.content = content
    self.size = size
  }

  func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    let count = min(buffer.count, size, content.count - at)
    for index in 0..<count { unsafe buffer[index] = content[at + index] }
    at += count
    return count
  }
}

/// What an XML drop came to under the layout that holds for all of it.
struct XMLDrop: Equatable {
  var layout: XMLLayout?
  var lines: [String] = []
  var places: [UInt64] = []
  var rejects: [String] = []
  var error: RowSourceError?
  /// How often the document was read until nothing new was met.
  var passes = 0

  /// Reads content as a converter does; the layout is found where none is given.
  init(
    _ content: [UInt8],
    _ layout: XMLLayout? = nil,
    size: Int = .max,
    sample: Int = .max,
    limits: FormatLimits = FormatLimits()
  ) {
    do throws(RowSourceError) {
      var known: XMLLayout
      if let layout { known = layout } else { known = try Self.find(content, sample: sample) }
      while passes < 4 {
        passes += 1
        lines = []
        places = []
        rejects = []
        let stream = PiecesStream(content, size: size)
        let source = XMLRowSource(stream: stream, layout: known, limits: limits)
        try read(source)
        known = source.facts
        self.layout = known
        if !source.hasNewFacts { break }
      }
    } catch {
      self.error = error
    }
  }

  init(_ content: String, _ layout: XMLLayout? = nil, size: Int = .max, sample: Int = .max) {
    self.init(Array(content.utf8), layout, size: size, sample: sample)
  }

  private static func find(
    _ content: [UInt8],
    sample: Int
  ) throws(RowSourceError) -> XMLLayout {
    do throws(FormatError) {
      let head = Array(content.prefix(sample))
      // Safe: the array outlives the call.
      return try unsafe head.withUnsafeBufferPointer { buffer throws(FormatError) in
        try unsafe XMLShapeFinder.find(buffer, isWhole: head.count == content.count)
      }.layout
    } catch {
      throw .format(error)
    }
  }

  private mutating func read(_ source: XMLRowSource) throws(RowSourceError) {
    let rows = RowBlock()
    while try source.next(into: rows) {
      lines += CanonicalRow.lines(of: rows, names: source.names)
      for row in 0..<rows.count {
        places.append(unsafe rows.firstLine + UInt64(rows.lines[row]))
      }
      rejects += rows.rejects.map { "\($0.line) \($0.code.rawValue)" }
    }
  }
}
