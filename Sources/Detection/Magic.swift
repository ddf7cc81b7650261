import Bytes

/// Files that are known by their first bytes and hold no records we read.
enum Magic {
  private static let known: [([UInt8], String)] = [
    (
      Array("PK\u{3}\u{4}".utf8),
      "a zip archive or an Office document (a zip that holds one file is read, from a file)"
    ),
    (Array("%PDF-".utf8), "a PDF document"),
    (
      [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1],
      "an old Office document (.xls, .doc), or one with a password"
    ),
    ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard inside what was unpacked already"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz inside what was unpacked already"),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7-zip archive"),
    ([0x1F, 0x8B], "gzip-compressed data inside gzip inside gzip"),
    ([0x1F, 0x9D], "compress-ed data (.Z)"),
    (Array("PAR1".utf8), "a Parquet file"), (Array("Obj\u{1}".utf8), "an Avro file"),
    (Array("SQLite format 3\0".utf8), "a SQLite database"),
    ([0x89, 0x50, 0x4E, 0x47], "a PNG image"), ([0xFF, 0xD8, 0xFF], "a JPEG image"),
    (Array("GIF8".utf8), "a GIF image"), (Array("{\\rtf".utf8), "a rich text document"),
    ([0x7F, 0x45, 0x4C, 0x46], "a program"), (Array("ORC".utf8) + [0x08], "an ORC file"),
    (Array("ARROW1".utf8), "an Arrow file"),
  ]

  /// What the first bytes say, in words; nil where they say nothing.
  static func name(of head: [UInt8]) -> String? {
    if let known = known.first(where: { head.starts(with: $0.0) }) { return known.1 }
    let start = head.prefix(400).drop { $0 <= 0x20 || $0 >= 0x80 }
    guard start.first == 0x3C else { return nil }
    let small = start.lazy.map { $0 | 0x20 }
    let isPage =
      small.starts(with: "<!doctype html".utf8.map { $0 | 0x20 })
      || small.starts(with: "<html".utf8.map { $0 | 0x20 })
    return isPage ? "an HTML page" : nil
  }

  /// Bytes that are looked at for control characters.
  private static let sampleBytes = 1 << 16

  /// What shows that bytes are no text at all; nil where nothing does.
  ///
  /// A text may have one or two kinds of control characters that its makers had a use for, or a few
  /// of any kind by accident; only binary data has many kinds in many places.
  static func binary(_ text: [UInt8]) -> String? {
    guard text.hasControls(upTo: sampleBytes) else { return nil }
    let sample = text.prefix(sampleBytes)
    var controls = 0
    var kinds: Set<UInt8> = []
    for byte in sample where byte < 0x20 && !isTextControl(byte) {
      controls += 1
      kinds.insert(byte)
    }
    let share = Double(controls) / Double(max(sample.count, 1))
    guard share > 0.1 || (share > 0.01 && kinds.count >= 8) else { return nil }
    if kinds == [0], controls == sample.count {
      return "zeros, as an interrupted upload leaves them"
    }
    return "binary data, \(Int(share * 100)) % control characters"
  }

  /// Line ends, tabs, page breaks, the separators of old records, escape.
  private static func isTextControl(_ byte: UInt8) -> Bool {
    (0x09...0x0D).contains(byte) || (0x1A...0x1F).contains(byte) || (0x01...0x02).contains(byte)
  }
}
