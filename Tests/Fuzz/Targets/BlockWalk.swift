import Bytes
import CFuzzer
import Formats

/// Reads texts in blocks of any size, as a conversion does in large ones.
///
/// How this works: bytes, rows and all else are kept from text to text, as a conversion's own are from
/// block to block, so that what is left of another block shows where it is taken for this one's.
/// What lies past the bytes that a splitter may read is poisoned.
final class BlockWalk: Sendable {
  /// Texts are read one after the other.
  static let shared = BlockWalk()

  private let rows = RowBlock()
  private let block = ByteBlock(capacity: 1 << 16)

  /// Reads a text under a layout in blocks of `size` bytes; `take` is given the rows of each, and all names.
  func read(
    _ text: [UInt8],
    _ layout: Layout,
    size: Int,
    take: (RowBlock, [[UInt8]]) -> Void
  ) throws(FormatError) {
    switch layout {
    case .empty: return
    case .delimited(var layout):
      // Footers and totals are looked for in the last block alone.
      layout.rows = nil
      let reader = DelimitedReader(layout: layout)
      let names = layout.names.map { Array($0.utf8) }
      try read(text, DelimitedSplitter(layout: layout), reader, names, size, take)
    case .json(let layout):
      let reader = JSONReader(layout: layout, names: [])
      try read(text, JSONSplitter(layout: layout), reader, [], size, take)
    case .xml(let layout):
      let reader = XMLReader(layout: layout, names: [])
      try read(text, XMLSplitter(layout: layout), reader, [], size, take)
    }
  }

  private func read(
    _ text: [UInt8],
    _ begun: any RecordSplitter,
    _ reader: any RecordReader,
    _ names: [[UInt8]],
    _ size: Int,
    _ take: (RowBlock, [[UInt8]]) -> Void
  ) throws(FormatError) {
    var splitter = begun
    var at = 0
    var end = 0
    defer { unbind() }
    while true {
      // What was not done with comes again, with more behind it.
      end = size < text.count - end ? end + size : text.count
      fill(text[at..<end])
      // Safe: the block's storage has the slack that splitters may read.
      let split = unsafe try splitter.split(block.storage.bytes, isLast: end == text.count)
      at += split.next
      if split.end > split.start {
        block.hold(split)
        reader.read(block, into: rows)
        if let failure = reader.failure { throw failure }
        take(rows, names + rows.addedNames)
      } else if end == text.count {
        return
      }
      if at == text.count, end == text.count { return }
    }
  }

  private func fill(_ bytes: ArraySlice<UInt8>) {
    unbind()
    let storage = block.storage
    storage.count = 0
    storage.reserve(bytes.count)
    // Safe: `reserve` made room for the bytes, and behind them is the slack, which stays readable.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let first = bytes.baseAddress else { return }
      unsafe storage.append(first, bytes.count)
    }
    let whole = storage.capacity + ByteBuffer.slack
    unsafe fuzz_bound(storage.base, bytes.count + ByteBuffer.slack, whole)
  }

  private func unbind() {
    let whole = block.storage.capacity + ByteBuffer.slack
    // Safe: the storage's own bounds.
    unsafe fuzz_bound(block.storage.base, whole, whole)
  }
}
