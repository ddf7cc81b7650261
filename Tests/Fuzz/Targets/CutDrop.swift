import Bytes
import Detection
import Formats
import Records

/// The rows of a text that is cut into blocks of a given size, in words.
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

  init(_ text: [UInt8], _ layout: Layout, size: Int) {
    do throws(FormatError) {
      var drop = self
      try BlockWalk.shared.read(text, layout, size: size) { rows, names in drop.take(rows, names) }
      self = drop
    } catch {
      failure = error.code
    }
  }

  private mutating func take(_ block: RowBlock, _ names: [[UInt8]]) {
    for row in 0..<block.count {
      var members: [String] = []
      for column in 0..<block.width {
        // Safe: the cell lies below `count * width`, its bytes in the block or its scratch.
        let cell = unsafe block.cells[row * block.width + column]
        if cell.isAbsent { continue }
        let value = unsafe UnsafeBufferPointer(start: block.bytes(of: cell), count: cell.length)
        // A text may be known to be plain or not.
        let kind = cell.kind == .plainText ? .text : cell.kind
        let name =
          column < names.count ? String(decoding: names[column], as: UTF8.self) : "\(column)"
        members.append(unsafe "\(name) \(kind) \(String(decoding: value, as: UTF8.self))")
      }
      rows.append(members.sorted())
      places.append(unsafe block.firstLine + UInt64(block.lines[row]))
    }
    for reject in block.rejects { rejects.append("\(reject.line) \(reject.code.rawValue)") }
  }
}
