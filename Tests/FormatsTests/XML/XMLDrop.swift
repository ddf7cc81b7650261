import Bytes
import Formats
import Records

/// What an XML drop came to under the layout that holds for all of it.
struct XMLDrop: Equatable {
  var layout: XMLLayout?
  var lines: [String] = []
  var places: [UInt64] = []
  var rejects: [String] = []
  var error: FormatError?
  /// How often the document was read until nothing new was met.
  var passes = 0

  /// Reads content as a converter does; the layout is found where none is given.
  ///
  /// The cutter gets `size` bytes more at a time.
  init(
    _ content: [UInt8],
    _ layout: XMLLayout? = nil,
    size: Int = .max,
    sample: Int = .max,
    limits: FormatLimits = FormatLimits()
  ) {
    do throws(FormatError) {
      var known: XMLLayout
      if let layout { known = layout } else { known = try Self.find(content, sample: sample) }
      while passes < 4 {
        passes += 1
        lines = []
        places = []
        rejects = []
        let facts = try read(content, known, size, limits)
        known = facts.layout
        self.layout = known
        if !facts.isNew { break }
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
  ) throws(FormatError) -> XMLLayout {
    let head = Array(content.prefix(sample))
    // Safe: the array outlives the call.
    return try unsafe head.withUnsafeBufferPointer { buffer throws(FormatError) in
      try unsafe XMLShapeFinder.find(buffer, isWhole: head.count == content.count)
    }.layout
  }

  private mutating func read(
    _ content: [UInt8],
    _ layout: XMLLayout,
    _ size: Int,
    _ limits: FormatLimits
  ) throws(FormatError) -> XMLFacts {
    var facts = XMLFacts(layout)
    var splitter = XMLSplitter(layout: layout, limits: limits)
    // Two readers in turn, as two workers have them.
    let readers = (0..<2).map { _ in XMLReader(layout: layout, names: [], limits: limits) }
    let rows = RowBlock()
    var at = 0
    var target = size
    var index = 0
    while true {
      let end = target < content.count - at ? at + target : content.count
      let block = ByteBlock(capacity: end - at + 1)
      block.storage.append(contentsOf: Array(content[at..<end]))
      let split = try unsafe splitter.split(block.storage.bytes, isLast: end == content.count)
      at += split.next
      if split.end > split.start {
        block.hold(split)
        let reader = readers[index % 2]
        index += 1
        reader.read(block, into: rows)
        take(rows)
        if let failure = reader.failure { throw failure }
        try facts.join(reader.takeReport())
      } else if end == content.count {
        break
      }
      if at == content.count, split.isLast { break }
      target = split.next > 0 || target == .max ? size : target + size
    }
    try facts.finish()
    return facts
  }

  private mutating func take(_ rows: RowBlock) {
    lines += CanonicalRow.lines(of: rows, names: rows.addedNames)
    for row in 0..<rows.count {
      places.append(unsafe rows.firstLine + UInt64(rows.lines[row]))
    }
    rejects += rows.rejects.map { "\($0.line) \($0.code.rawValue)" }
  }
}
