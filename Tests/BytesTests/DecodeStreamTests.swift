import Bytes
import Foundation
import Testing

struct DecodeStreamTests {
  private func decode(
    _ bytes: [UInt8],
    _ name: String,
    piece: Int = .max,
    replaces: Bool = false
  ) throws(BytesError) -> String {
    let stream = try DecodeStream(
      over: MemoryStream(bytes, piece: piece),
      encoding: TextEncoding(named: name),
      replaces: replaces
    )
    return String(decoding: try stream.readAll(), as: UTF8.self)
  }

  @Test(arguments: [
    ("utf-8", "aé→🦊".utf8.map(\.self), "aé→🦊"),
    ("utf-8", [0xef, 0xbb, 0xbf, 0x61], "a"),
    ("utf-16le", [0xff, 0xfe, 0x61, 0, 0x3e, 0xd8, 0x8a, 0xdd], "a🦊"),
    ("utf-16be", [0, 0x61, 0xd8, 0x3e, 0xdd, 0x8a], "a🦊"),
    ("utf-32le", [0xff, 0xfe, 0, 0, 0x8a, 0xf9, 1, 0], "🦊"),
    ("utf-32be", [0, 1, 0xf9, 0x8a], "🦊"),
    (
      "windows-1252", [0x80, 0x81, 0x8d, 0x8f, 0x90, 0x9d, 0xff], "€\u{81}\u{8d}\u{8f}\u{90}\u{9d}ÿ"
    ),
    ("CP1252", [0x80], "€"), ("Latin1", [0xe9], "é"), ("iso-8859-15", [0xa4], "€"),
    ("mac-roman", [0x8e, 0xdb], "é€"), ("koi8-r", [0xf0], "П"), ("ibm866", [0x8f], "П"),
    ("windows-1258", [0x45, 0xcc], "E\u{300}"),
    ("shift_jis", [0x93, 0xfa, 0x96, 0x7b], "日本"), ("euc-jp", [0xc6, 0xfc, 0xcb, 0xdc], "日本"),
    ("gb18030", [0xc8, 0xd5, 0x81, 0x30, 0x81, 0x30], "日\u{80}"), ("big5", [0xa4, 0xe9], "日"),
    ("euc-kr", [0xc7, 0xd1], "한"),
    ("iso-2022-jp", [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x1b, 0x28, 0x42, 0x61], "日a"),
  ])
  func `an encoding gives its text, in pieces of any size`(
    name: String,
    bytes: [UInt8],
    text: String
  ) throws {
    for piece in [1, 2, 3, 5, 100] {
      #expect(try decode(bytes, name, piece: piece) == text)
    }
  }

  @Test(arguments: [
    ("utf-8", [0x61, 0xff], 1), ("utf-8", [0x61, 0x62, 0xc3], 2),
    ("utf-16le", [0xff, 0xfe, 0x61, 0, 0x8a, 0xdd], 4), ("utf-16be", [0, 0x61, 0], 2),
    ("utf-32be", [0, 0, 0xd8, 0], 0), ("utf-32be", [0, 0x11, 0, 0], 0),
    ("iso-8859-7", [0x61, 0xae], 1), ("shift_jis", [0x61, 0x62, 0x81], 2),
    ("euc-kr", [0x61, 0xff, 0x61], 1),
  ])
  func `bytes that the encoding cannot hold are named by their place`(
    name: String,
    bytes: [UInt8],
    offset: UInt64
  ) throws {
    for piece in [1, 2, 100] {
      let failure = BytesError.notInEncoding(encoding: name, offset: offset)
      #expect(throws: failure) { try decode(bytes, name, piece: piece) }
      #expect(try decode(bytes, name, piece: piece, replaces: true).contains("\u{fffd}"))
    }
  }

  @Test(arguments: [
    "iso-2022-jp", "shift_jis", "euc-jp", "big5", "gb18030", "euc-kr", "johab", "utf-16le",
    "utf-32le", "utf-8",
  ])
  func `what is replaced does not depend on where bytes were cut`(name: String) throws {
    let bytes: [UInt8] =
      Array("1;\"M\u{fc}ller; A\";\u{fffe}".utf8) + [0xc3, 0xbc, 0xd8, 0x41, 0x80]
    let whole = try decode(bytes, name, piece: .max, replaces: true)
    for piece in 1...5 { #expect(try decode(bytes, name, piece: piece, replaces: true) == whole) }
  }

  @Test func `an unknown encoding is named`() {
    #expect(throws: BytesError.unknownEncoding("klingon-1")) { try decode([65], "Klingon-1") }
  }

  @Test func `every listed encoding is known to the system`() throws {
    for encoding in TextEncoding.all {
      #expect(try decode([], encoding.name) == "")
      if encoding.isSingleByte { _ = try DecodeTable(of: encoding) }
      #expect(TextEncoding(named: encoding.name.uppercased()) == encoding)
    }
  }

  @Test func `long text keeps its order across buffers`() throws {
    let text = String(repeating: "äöü,€uro;straße\n", count: 40_000)
    for (name, encoding) in [
      ("utf-16le", String.Encoding.utf16LittleEndian), ("windows-1252", .windowsCP1252),
      ("utf-8", .utf8), ("utf-16be", .utf16BigEndian), ("utf-32le", .utf32LittleEndian),
    ] {
      let bytes = try #require(text.data(using: encoding))
      #expect(try decode(Array(bytes), name, piece: 4999) == text)
    }
  }
}
