import Bytes
import Detection
import Formats
import Records

/// The rows of a text that is cut into blocks of a given size.
struct CutDrop: Equatable {
  private var rows: [[String]] = []
  private var places: [UInt64] = []
  private var rejects: [String] = []
  private var failure: String?

  /// Blocks of any size hold the same rows and rejects.
  static func check(_ bytes: [UInt8], _ findings: Findings) {
    guard findings.compression == .none, findings.sheet == nil,
      let text = try? findings.encoding.decode(bytes)
    else { return }
    let whole = CutDrop(text, findings.layout, size: .max)
    // Every byte of what is short, a few places of what is long.
    for size in text.count < 400 ? [1, 2, 13] : [13, 101] {
      expect(CutDrop(text, findings.layout, size: size), whole, "blocks of \(size) bytes")
    }
  }

  private init(_ text: [UInt8], _ layout: Layout, size: Int) {
    do throws(FormatError) {
      switch layout {
      case .empty: return
      case .delimited(var layout):
        // Footers and totals are looked for in the last block alone.
        layout.rows = nil
        let reader = DelimitedReader(layout: layout)
        let names = layout.names.map { Array($0.utf8) }
        try read(text, DelimitedSplitter(layout: layout), reader, names, size)
      case .json(let layout):
        try read(
          text,
          JSONSplitter(layout: layout),
          JSONReader(layout: layout, names: []),
          [],
          size
        )
      case .xml(let layout):
        try read(text, XMLSplitter(layout: layout), XMLReader(layout: layout, names: []), [], size)
      }
    } catch {
      failure = error.code
      (rows, places, rejects) = ([], [], [])
    }
  }

  private mutating func read(
    _ text: [UInt8],
    _ begun: any RecordSplitter,
    _ reader: any RecordReader,
    _ names: [[UInt8]],
    _ size: Int
  ) throws(FormatError) {
    var splitter = begun
    let rows = RowBlock()
    var at = 0
    var end = 0
    while true {
      // What was not done with comes again, with more behind it.
      end = size < text.count - end ? end + size : text.count
      let block = ByteBlock(capacity: end - at + 1)
      block.storage.append(contentsOf: Array(text[at..<end]))
      // Safe: the block's storage has the slack that splitters may read.
      let split = try unsafe splitter.split(block.storage.bytes, isLast: end == text.count)
      at += split.next
      if split.end > split.start {
        block.hold(split)
        reader.read(block, into: rows)
        take(rows, names)
        if let failure = reader.failure { throw failure }
      } else if end == text.count {
        return
      }
      if at == text.count, end == text.count { return }
    }
  }

  private mutating func take(_ block: RowBlock, _ names: [[UInt8]]) {
    let all = names + block.addedNames
    for row in 0..<block.count {
      var members: [String] = []
      for column in 0..<block.width {
        // Safe: the cell lies below `count * width`, its bytes in the block or its scratch.
        let cell = unsafe block.cells[row * block.width + column]
        if cell.isAbsent { continue }
        let value = unsafe UnsafeBufferPointer(start: block.bytes(of: cell), count: cell.length)
        // A text may be known to be plain or not.
        let kind = cell.kind == .plainText ? .text : cell.kind
        let name = column < all.count ? String(decoding: all[column], as: UTF8.self) : "\(column)"
        members.append(unsafe "\(name) \(kind) \(String(decoding: value, as: UTF8.self))")
      }
      rows.append(members.sorted())
      places.append(unsafe block.firstLine + UInt64(block.lines[row]))
    }
    for reject in block.rejects { rejects.append("\(reject.line) \(reject.code.rawValue)") }
  }
}
