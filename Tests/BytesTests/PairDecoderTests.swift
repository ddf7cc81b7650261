import Bytes
import Foundation
import TestKit
import Testing

struct PairDecoderTests {
  private func decode(_ bytes: [UInt8], _ name: String, piece: Int = .max) throws -> String {
    let stream = try DecodeStream(
      over: MemoryStream(bytes, piece: piece),
      encoding: TextEncoding(named: name),
      replaces: true
    )
    return String(decoding: try stream.readAll(), as: UTF8.self)
  }

  @Test(arguments: [
    ("big5", [0x88, 0x62, 0x88, 0xa5, 0xa1, 0x45], "\u{ca}\u{304}\u{ea}\u{30c}\u{2027}"),
    ("big5", [0x87, 0x40, 0xf9, 0xfe], "\u{43f0}\u{ffed}"),
    ("gb18030", [0x80, 0xa6, 0xd9, 0xfe, 0x59, 0xa8, 0xbc], "€\u{fe10}\u{9fb4}\u{1e3f}"),
    ("gb18030", [0x81, 0x35, 0xf4, 0x37, 0x90, 0x30, 0x81, 0x30], "\u{e7c7}\u{10000}"),
    ("gb18030", [0x84, 0x31, 0xa4, 0x39, 0xe3, 0x32, 0x9a, 0x35], "\u{ffff}\u{10ffff}"),
    ("euc-jp", [0xa1, 0xc1, 0x8e, 0xb1, 0xad, 0xa1, 0x8f, 0xa2, 0xb7], "～ｱ①～"),
    ("shift_jis", [0x80, 0xb1, 0x81, 0x60, 0xf0, 0x40, 0xfc, 0x4b], "\u{80}ｱ～\u{e000}黑"),
    ("euc-kr", [0x81, 0x41, 0xc8, 0xfe, 0xfd, 0xfe], "갂힝詰"),
    ("koi8-u", [0xae, 0xbe], "ўЎ"), ("windows-874", [0x80, 0x81, 0x85], "€\u{81}…"),
    ("windows-1255", [0xca], "\u{5ba}"), ("mac-roman", [0xc6, 0xf0], "\u{2206}\u{f8ff}"),
  ])
  func `a character is what the WHATWG's index says`(
    name: String,
    bytes: [UInt8],
    text: String
  ) throws {
    for piece in [1, 2, 3, 100] { #expect(try decode(bytes, name, piece: piece) == text) }
  }

  // A second byte that is ASCII may be a delimiter or a line end: it stays.
  @Test(arguments: [
    ("big5", [0x81, 0x40, 0x81, 0x0a, 0x81, 0xff], "\u{fffd}@\u{fffd}\n\u{fffd}"),
    ("euc-kr", [0xff, 0xc8, 0x2c, 0x80, 0x61], "\u{fffd}\u{fffd},\u{fffd}a"),
    ("shift_jis", [0x81, 0xad, 0x82, 0x40, 0xa0, 0xfd], "\u{fffd}\u{fffd}@\u{fffd}\u{fffd}"),
    ("euc-jp", [0x8f, 0xa1, 0xa1, 0x8f, 0xa1, 0x0a, 0x8e, 0xe0], "\u{fffd}\u{fffd}\n\u{fffd}"),
    ("gb18030", [0x81, 0x30, 0x2c, 0x84, 0x31, 0xa5, 0x30], "\u{fffd}0,\u{fffd}"),
    ("gb18030", [0x61, 0x81, 0x30, 0x81], "a\u{fffd}"),
  ])
  func `what is no character costs no ASCII behind it`(
    name: String,
    bytes: [UInt8],
    text: String
  ) throws {
    for piece in [1, 2, 3, 4, 100] { #expect(try decode(bytes, name, piece: piece) == text) }
  }

  @Test(arguments: [
    ("\u{1b}(J\\~\u{1b}(B\\~", "¥‾\\~"), ("\u{1b}(I1\u{1b}(Ba", "ｱa"),
    ("\u{1b}$@F|\n\u{1b}$BK\\\u{1b}(B;", "日\n本;"),
    ("\u{1b}$B\u{1b}(B,", ","), ("\u{1b}(Xa", "\u{fffd}(Xa"),
    ("\u{1b}$B!\u{1b}(Ba", "\u{fffd}a"), ("\u{1b}$B!\nF|", "\u{fffd}\n日"),
    ("\u{1b}$B/~F|", "\u{fffd}日"), ("a\u{1b}$", "a\u{fffd}$"),
  ])
  func `escape sequences say what stands behind them`(source: String, text: String) throws {
    for piece in 1...5 {
      #expect(try decode(Array(source.utf8), "iso-2022-jp", piece: piece) == text)
    }
  }

  @Test(
    .enabled(if: Places.hasShared("corpora/encodings-decode"), "the corpora are not there"),
    arguments: [
      ("big5", "big5"), ("euc_kr", "euc-kr"), ("gb18030", "gb18030"),
      ("iso_2022_jp", "iso-2022-jp"), ("jis0208", "euc-jp"), ("jis0212", "euc-jp"),
      ("shift_jis", "shift_jis"),
    ]
  )
  func `every pointer of the WHATWG's indexes is read`(file: String, encoding: String) throws {
    let folder = URL(filePath: Places.shared + "/corpora/encodings-decode")
    let bytes = try Data(contentsOf: folder.appending(path: "\(file)_in.txt"))
    let wanted = try Data(contentsOf: folder.appending(path: "\(file)_in_ref.txt"))
    let text = try TextEncoding(named: encoding).decode(Array(bytes))
    let lines = text.split(separator: 0x0a, omittingEmptySubsequences: false)
    let right = Array(wanted).split(separator: 0x0a, omittingEmptySubsequences: false)
    #expect(lines.count == right.count)
    #expect(zip(lines, right).count { $0 != $1 } == 0)
  }
}
