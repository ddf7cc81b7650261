import Bytes
import CKernels

extension XMLParser {
  /// Reads what lies between the block's `start` and `end`, up to a character that is cut off there.
  func parse(_ block: ByteBlock) throws(XMLFault) {
    let bytes = block.storage
    let base = unsafe UnsafePointer(bytes.base)
    let valid = unsafe block.start + dm_utf8_valid(base + block.start, block.count)
    // Safe: one byte past `end` lies in the storage or in its slack; it is put back below.
    let behind = unsafe bytes.base[valid]
    unsafe bytes.base[valid] = 0
    defer { unsafe bytes.base[valid] = behind }
    do throws(XMLFault) {
      unsafe try parse(base, from: block.start, to: valid)
    } catch {
      // A token that ends where UTF-8 does is broken there, not cut off.
      if case .endsEarly = error, valid < block.end { throw Self.noText(at: valid) }
      throw error
    }
    if valid < block.end { throw Self.noText(at: valid) }
  }

  private static func noText(at place: Int) -> XMLFault {
    .mistake("these bytes are not UTF-8", at: place)
  }
}

extension XMLFault {
  /// The fault as an error with its line and column; `failure` is what the sink says.
  func formatError(
    in block: ByteBlock,
    limits: FormatLimits,
    failure: FormatError? = nil
  ) -> FormatError {
    switch self {
    case .endsEarly(let place):
      if block.isLast { return .endsEarly(format: "XML", line: block.xmlLine(at: block.end)) }
      return notWellFormed("markup begins here and does not end", place, block)
    case .mistake(let found, let place): return notWellFormed("\(found)", place, block)
    case .entity(let found, let place):
      return .entity(line: block.xmlLine(at: place), found: "\(found)")
    case .tooDeep(let place):
      return .tooDeep(line: block.xmlLine(at: place), limit: limits.depth)
    case .attributes(let count): return .tooManyColumns(count: count, limit: Self.attributeLimit)
    case .sink: return failure ?? .endsEarly(format: "XML", line: block.firstLine)
    }
  }

  /// Most attributes of one element.
  static let attributeLimit = 1024

  private func notWellFormed(_ found: String, _ place: Int, _ block: ByteBlock) -> FormatError {
    .notWellFormed(
      format: "XML",
      line: block.xmlLine(at: place),
      column: UInt64(block.xmlColumn(at: place)),
      found: found
    )
  }
}

extension ByteBlock {
  /// The line of a place in a block of XML, counted from 1.
  fileprivate func xmlLine(at place: Int) -> UInt64 {
    // Safe: the place lies in the block.
    unsafe firstLine + dropmill_xml_lines(storage.base + start, place - start)
  }

  /// The characters before a place on its line, and one.
  fileprivate func xmlColumn(at place: Int) -> Int {
    let base = unsafe UnsafePointer(storage.base)
    var lineStart = place
    // Safe: the place lies in the block.
    while lineStart > start, unsafe base[lineStart - 1] != 0x0A && base[lineStart - 1] != 0x0D {
      lineStart -= 1
    }
    let before = lineStart == start ? surroundings.column : 0
    return unsafe before + Int(dropmill_characters(base + lineStart, place - lineStart)) + 1
  }
}
