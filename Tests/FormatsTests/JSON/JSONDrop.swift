import Bytes
import Formats
import Records

/// What a JSON drop came to: its records as canonical lines with their source lines, and its rejects.
struct JSONDrop: Equatable {
  var lines: [String] = []
  var places: [UInt64] = []
  var rejects: [String] = []
  var error: FormatError?
  var scalars: [String] = []

  /// Reads content as a converter does, `chunk` bytes at a time.
  init(_ content: [UInt8], _ layout: JSONLayout, chunk: Int = .max, names: [String] = []) {
    do throws(FormatError) {
      try read(content, layout, chunk: chunk, names: names.map { Array($0.utf8) })
    } catch {
      self.error = error
    }
  }

  init(_ content: String, _ layout: JSONLayout, chunk: Int = .max, names: [String] = []) {
    self.init(Array(content.utf8), layout, chunk: chunk, names: names)
  }

  private mutating func read(
    _ content: [UInt8],
    _ layout: JSONLayout,
    chunk: Int,
    names: [[UInt8]]
  ) throws(FormatError) {
    var splitter = JSONSplitter(layout: layout)
    let reader = JSONReader(layout: layout, names: names)
    let rows = RowBlock()
    var rest: [UInt8] = []
    var taken = 0
    while true {
      let count = min(chunk, content.count - taken)
      rest += content[taken..<taken + count]
      taken += count
      let isLast = taken == content.count
      let block = ByteBlock(capacity: rest.count)
      block.storage.append(contentsOf: rest)
      let split = try unsafe splitter.split(block.storage.bytes, isLast: isLast)
      block.hold(split)
      reader.read(block, into: rows)
      take(rows, names)
      if let failure = reader.failure { throw failure }
      rest.removeFirst(split.next)
      if isLast { break }
    }
    scalars = splitter.envelopeScalars.map { "\($0.name)=\($0.value)" }
  }

  private mutating func take(_ rows: RowBlock, _ names: [[UInt8]]) {
    lines += CanonicalRow.lines(of: rows, names: names + rows.addedNames)
    for row in 0..<rows.count {
      places.append(unsafe rows.firstLine + UInt64(rows.lines[row]))
    }
    for reject in rows.rejects {
      let raw = String(decoding: reject.fields.first ?? [], as: UTF8.self)
      rejects.append("\(reject.line):\(reject.column) \(reject.code.rawValue) \(raw)")
    }
  }
}
