import TestKit
import Testing

/// A drop that is wrong in one way, and what must become of it.
struct BadDrop: Sendable, CustomTestStringConvertible {
  /// What is wrong with it: a word that also names its feed.
  let name: String
  /// What the file is called.
  let file: String
  let bytes: [UInt8]
  /// `held CODE`, or how many records were read, written and rejected: `3 read, 2 written, 1 row-width`.
  let fate: String

  init(_ name: String, _ bytes: [UInt8], as file: String = "a.csv", _ fate: String) {
    (self.name, self.file, self.bytes, self.fate) = (name, file, bytes, fate)
  }

  init(_ name: String, _ text: String, as file: String = "a.csv", _ fate: String) {
    self.init(name, Array(text.utf8), as: file, fate)
  }

  var testDescription: String { name }

  static let all = files + tables + documents + packed
}

extension BadDrop {
  static let people = "id,name\n1,Ann\n2,Ben\n"

  static let files = [
    BadDrop("empty", "", "held empty-file"),
    BadDrop("a-mark-alone", "\u{FEFF}", "0 read, 0 written"),
    BadDrop("a-line-end-alone", "\n", "0 read, 0 written"),
    BadDrop("a-header-alone", "id,name\n", "0 read, 0 written"),
    BadDrop("a-header-without-end", "id,name", "0 read, 0 written"),
    BadDrop("json-called-csv", #"[{"a":1}]"#, "1 read, 1 written"),
    BadDrop("csv-called-gzip", people, as: "a.csv.gz", "2 read, 2 written"),
    BadDrop("no-extension", people, as: "data", "2 read, 2 written"),
    BadDrop("an-extension-of-its-own", people, as: "a.weird", "2 read, 2 written"),
    BadDrop(
      "all-bytes",
      (0..<40).flatMap { _ in Array(UInt8.min...UInt8.max) },
      "held unknown-format"
    ),
    BadDrop(
      "a-program",
      [0x7F] + Array("ELF".utf8) + [UInt8](repeating: 0, count: 200),
      "held unknown-format"
    ),
    BadDrop(
      "an-image",
      [0x89] + Array("PNG\r\n\u{1A}\n".utf8) + Array(0..<200),
      "held unknown-format"
    ),
    BadDrop(
      "a-document-for-print",
      Array("%PDF-1.7\n".utf8) + Array(0..<200),
      "held unknown-format"
    ),
    BadDrop("zeros", [UInt8](repeating: 0, count: 9_000), "held unknown-format"),
  ]

  static let tables = [
    BadDrop("a-quote-that-never-closes", "id,name\n1,Ann\n2,\"Ben\n3,Cas\n", "3 read, 3 written"),
    BadDrop("a-quote-amid-a-field", "id,name\n1,An\"n\n2,Ben\n", "2 read, 2 written"),
    BadDrop("bytes-behind-a-quote", "id,name\n1,\"Ann\"x\n2,Ben\n", "2 read, 2 written"),
    BadDrop("a-field-missing", "a,b,c\n1,2,3\n4,5\n6,7,8\n", "3 read, 3 written"),
    BadDrop("fields-too-many", "a,b\n1,2\n3,4,5,6,7\n8,9\n", "3 read, 2 written, 1 row-width"),
    BadDrop("empty-lines", "a,b\n\n1,2\n\n3,4\n\n", "2 read, 2 written"),
    BadDrop("a-delimiter-at-the-end", "a,b\n1,2,\n3,4,\n", "2 read, 2 written"),
    BadDrop("carriage-returns", "a,b\r1,2\r3,4\r", "2 read, 2 written"),
    BadDrop("both-line-ends", "a,b\r\n1,2\n3,4\r\n", "2 read, 2 written"),
    BadDrop("a-return-in-quotes", "a,b\n1,\"x\ry\"\n2,z\n", "2 read, 2 written"),
    BadDrop("no-end-of-line", "a,b\n1,2", "1 read, 1 written"),
    BadDrop("names-twice-and-none", "a,a,\n1,2,3\n", "1 read, 1 written"),
    BadDrop("a-separator-line", "sep=;\na;b\n1;2\n", "1 read, 1 written"),
    BadDrop("odd-numbers", "n,m,z\n1e400,NaN,-0\n2,0x1F,0\n", "2 read, 2 written"),
    BadDrop("formulas", "a,b\n=1+1,x\n@SUM(A1),y\n+1,z\n-1,w\n\tx,v\n", "5 read, 5 written"),
    BadDrop("a-nul", "a,b\n1,x\u{0}y\n2,z\n", "2 read, 2 written"),
    BadDrop("columns-too-many", wide(10_001), "held drop-too-many-columns"),
  ]

  private static func wide(_ count: Int) -> String {
    (0..<count).map { "c\($0)" }.joined(separator: ",") + "\n"
      + (0..<count).map(String.init).joined(separator: ",") + "\n"
  }
}
