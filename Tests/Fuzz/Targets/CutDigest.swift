import Bytes
import CFuzzer
import Formats
import Records

/// The rows of a text that is cut into blocks of a given size, as numbers: what `CutDrop` tells in words.
struct CutDigest: Equatable {
  private struct Rejected: Equatable {
    var line: UInt64
    var code: RejectCode
  }

  private var count = 0
  private var rows: UInt64 = 0
  private var rejects: [Rejected] = []
  private var hasFailed = false

  /// Blocks of a size that the share draws hold the same rows and rejects as the whole; lines are canonical.
  static func check(_ text: [UInt8], _ layout: Layout, _ share: Share) {
    let isText = TextEncoding.validUTF8(text) == text.count
    let lines = share.isOne(in: 2, 3) ? CanonicalRows(layout, isText: isText) : nil
    let whole = CutDigest(text, layout, size: .max) { lines?.check($0, $1) }
    let size = Self.size(text.count, share)
    if CutDigest(text, layout, size: size) == whole { return }
    expect(
      CutDrop(text, layout, size: size),
      CutDrop(text, layout, size: .max),
      "blocks of \(size) bytes under \(layout)"
    )
    fail("blocks of \(size) bytes under \(layout) have other digests")
  }

  /// Some twenty blocks cost hardly more than one; blocks of a byte, for what is short, end everywhere.
  private static func size(_ count: Int, _ share: Share) -> Int {
    let isSmall = share.draw(1, below: 4) == 0
    if isSmall, count <= 128 { return 1 }
    return (isSmall ? 0 : count / 24) + 1 + share.draw(2, below: 13)
  }

  private init(
    _ text: [UInt8],
    _ layout: Layout,
    size: Int,
    also: (RowBlock, [[UInt8]]) -> Void = { _, _ in }
  ) {
    do throws(FormatError) {
      var digest = self
      try BlockWalk.shared.read(text, layout, size: size) { rows, names in
        digest.take(rows, names)
        also(rows, names)
      }
      self = digest
    } catch {
      hasFailed = true
    }
  }

  private mutating func take(_ block: RowBlock, _ names: [[UInt8]]) {
    let names = names.map { name in
      // Safe: the array outlives the call.
      unsafe name.withUnsafeBufferPointer { unsafe fuzz_digest(1, $0.baseAddress, $0.count) }
    }
    for row in 0..<block.count {
      // Safe: rows below `count` have a line.
      var digest = unsafe block.firstLine + UInt64(block.lines[row])
      for column in 0..<block.width {
        // Safe: the cell lies below `count * width`, its bytes in the block or its scratch.
        let cell = unsafe block.cells[row * block.width + column]
        if cell.isAbsent { continue }
        // A text may be known to be plain or not.
        let kind = cell.kind == .plainText ? .text : cell.kind
        let name = column < names.count ? names[column] : UInt64(column)
        let seed = name &+ UInt64(kind.rawValue)
        // Members stand in any order.
        digest &+= unsafe fuzz_digest(seed, block.bytes(of: cell), cell.length)
      }
      rows = (rows ^ digest) &* 0x9E37_79B9_7F4A_7C15
    }
    count += block.count
    for reject in block.rejects { rejects.append(Rejected(line: reject.line, code: reject.code)) }
  }
}
