/// Zip archives whose entries are stored as they are.
enum StoredZip {
  /// A workbook of one sheet with that markup.
  static func workbook(sheet: [UInt8]) -> [UInt8] {
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
    let type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    let parts: [(String, [UInt8])] = [
      ("[Content_Types].xml", Array("<Types/>".utf8)),
      (
        "_rels/.rels",
        Array(
          ("<Relationships><Relationship Id=\"r1\" Type=\"\(type)/officeDocument\" "
            + "Target=\"xl/workbook.xml\"/></Relationships>").utf8
        )
      ),
      (
        "xl/workbook.xml",
        Array(
          ("<workbook \(main) xmlns:r=\"\(type)\"><sheets><sheet name=\"Data\" sheetId=\"1\" "
            + "r:id=\"r1\"/></sheets></workbook>").utf8
        )
      ),
      (
        "xl/_rels/workbook.xml.rels",
        Array(
          ("<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"s.xml\"/>"
            + "<Relationship Id=\"r2\" Type=\"x/styles\" Target=\"styles.xml\"/></Relationships>")
            .utf8
        )
      ),
      (
        "xl/styles.xml",
        Array(
          ("<styleSheet \(main)><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs>"
            + "</styleSheet>").utf8
        )
      ),
      ("xl/s.xml", sheet),
    ]
    return archive(parts)
  }

  private static func archive(_ parts: [(String, [UInt8])]) -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for (name, content) in parts {
      let offset = bytes.count
      let facts =
        number(20, 2) + number(0, 2) + number(0, 2) + number(0, 4) + number(checksum(content), 4)
        + number(content.count, 4) + number(content.count, 4) + number(name.utf8.count, 2)
        + number(0, 2)
      bytes += Array("PK\u{3}\u{4}".utf8) + facts + Array(name.utf8) + content
      directory += Array("PK\u{1}\u{2}".utf8) + number(20, 2) + facts + number(0, 2)
      directory += number(0, 2) + number(0, 2) + number(0, 4) + number(offset, 4) + Array(name.utf8)
    }
    let start = bytes.count
    bytes += directory + Array("PK\u{5}\u{6}".utf8) + number(0, 4) + number(parts.count, 2)
    return bytes + number(parts.count, 2) + number(directory.count, 4) + number(start, 4)
      + number(0, 2)
  }

  private static func number(_ value: Int, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func checksum(_ bytes: [UInt8]) -> Int {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes { sum = sum >> 8 ^ sums[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] }
    return Int(~sum)
  }

  /// What a byte makes of a checksum.
  private static let sums = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 0 ? 0 : 0xEDB8_8320) }
  }
}
