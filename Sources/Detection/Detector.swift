public import Bytes
public import Formats

/// Finds out what a drop is from its first bytes.
public enum Detector: Sendable {
  /// What the bytes are; `head` is without compression and begins at the content's beginning.
  public static func detect(
    head: [UInt8],
    isWhole: Bool,
    name: [UInt8],
    encoding: TextEncoding? = nil
  ) throws(FormatError) -> Findings {
    let bom = head.starts(with: TextEncoding.utf8.byteOrderMark) ? 3 : 0
    let text = head.dropFirst(bom)
    let encoding = encoding ?? .utf8
    guard let first = text.first(where: { $0 > 0x20 }) else {
      return Findings(encoding: encoding, bomLength: bom, layout: .empty)
    }
    if first == 0x3C {
      let shape = unsafe try Array(text).withUnsafeBufferPointer { bytes throws(FormatError) in
        unsafe try XMLShapeFinder.find(bytes, isWhole: isWhole, isDecoded: true)
      }
      return Findings(encoding: encoding, bomLength: bom, layout: .xml(shape.layout))
    }
    if first == 0x7B || first == 0x5B {
      let shape = unsafe try Array(text).withUnsafeBufferPointer { bytes throws(FormatError) in
        unsafe try JSONShapeFinder.find(bytes, isWhole: isWhole)
      }
      return Findings(encoding: encoding, bomLength: bom, layout: .json(shape.layout))
    }
    let line = text.prefix { $0 != 0x0A }
    let delimiter = [0x2C, 0x3B, 0x09, 0x7C].max { a, b in
      line.count { $0 == a } < line.count { $0 == b }
    }
    let dialect = Dialect(delimiter: [delimiter ?? 0x2C])
    let names = line.filter { $0 != 0x0D && $0 != 0x22 }.split(
      separator: delimiter ?? 0x2C,
      omittingEmptySubsequences: false
    ).map { String(decoding: $0, as: UTF8.self) }
    let layout = DelimitedLayout(
      dialect: dialect,
      names: names,
      dataOffset: UInt64(line.count + 1),
      dataLine: 2,
      headerRows: 1,
      preambleLines: 0
    )
    return Findings(encoding: encoding, bomLength: bom, layout: .delimited(layout))
  }
}
