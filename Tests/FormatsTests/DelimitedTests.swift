import Bytes
import CKernels
import Formats
import Records
import TestKit
import Testing

/// Reads `text` cut into blocks as a stream that hands out `piece` bytes at a time.
private func read(
  _ text: String,
  columns: Int,
  dialect: Dialect = .csv,
  piece: Int = 1 << 16,
  isCareful: Bool = false
) throws -> (rows: [[String]], rejects: [Reject], lines: [UInt64]) {
  let bytes = Array(text.utf8)
  let layout = DelimitedLayout(
    dialect: dialect,
    names: (0..<columns).map { "c\($0)" },
    dataOffset: 0,
    dataLine: 1,
    headerRows: 0,
    preambleLines: 0
  )
  var splitter = DelimitedSplitter(layout: layout)
  let reader = DelimitedReader(layout: layout)
  let rows = RowBlock()
  var result: (rows: [[String]], rejects: [Reject], lines: [UInt64]) = ([], [], [])
  var pending: [UInt8] = []
  var at = 0
  var isDone = false
  repeat {
    let taken = min(piece, bytes.count - at)
    pending += bytes[at..<at + taken]
    at += taken
    let block = ByteBlock(capacity: pending.count)
    block.storage.append(contentsOf: pending)
    // Safe: the block's storage has the slack that splitters may read.
    let split = try unsafe splitter.split(block.storage.bytes, isLast: at == bytes.count)
    block.hold(split)
    block.isIrregular = split.isIrregular || isCareful
    pending.removeFirst(split.next)
    reader.read(block, into: rows)
    for row in 0..<rows.count {
      result.rows.append(
        (0..<rows.width).map { column in
          // Safe: the cell lies within the block or its scratch.
          let cell = unsafe rows.cells[row * rows.width + column]
          if cell.isAbsent { return "" }
          return unsafe String(
            decoding: UnsafeBufferPointer(start: rows.bytes(of: cell), count: cell.length),
            as: UTF8.self
          )
        }
      )
      unsafe result.lines.append(rows.firstLine + UInt64(rows.lines[row]))
    }
    result.rejects += rows.rejects
    isDone = at == bytes.count && (split.next == 0 || pending.isEmpty)
  } while !isDone
  return result
}

struct DelimitedReaderTests {
  @Test func `fields, quotes, doubled quotes and line ends inside quotes`() throws {
    let text = "a,\"b,1\",c\r\n\"x\ny\",\"q\"\"q\",\"\"\n,,z\n"
    let found = try read(text, columns: 3)
    #expect(found.rows == [["a", "b,1", "c"], ["x\ny", "q\"q", ""], ["", "", "z"]])
    #expect(found.lines == [1, 2, 4])
    #expect(found.rejects.isEmpty)
  }

  @Test func `the last record needs no line end`() throws {
    #expect(try read("a,b\nc,d", columns: 2).rows == [["a", "b"], ["c", "d"]])
    #expect(try read("a,b\nc,\"d\"", columns: 2).rows == [["a", "b"], ["c", "d"]])
  }

  @Test func `blank lines are no records`() throws {
    let found = try read("a,b\n\n\r\nc,d\n\n", columns: 2)
    #expect(found.rows == [["a", "b"], ["c", "d"]])
    #expect(found.lines == [1, 4])
    let returns = try read("a,b\r\r\n\r\r\n,\r\r\n,\r\r\r\nc,d\r\n", columns: 2)
    #expect(returns.rows == [["a", "b"], ["c", "d"]])
    #expect(returns.lines == [1, 5])
  }

  @Test func `a row of another width is rejected with line, column and fields`() throws {
    let found = try read("a,b\nc\nd,e,f\ng,h,,\ni,j\n", columns: 2)
    #expect(found.rows == [["a", "b"], ["g", "h"], ["i", "j"]])
    #expect(found.rejects.map(\.line) == [2, 3])
    #expect(found.rejects.map(\.code) == [.rowWidth, .rowWidth])
    #expect(found.rejects[1].column == 3)
    #expect(found.rejects[1].fields.map { String(decoding: $0, as: UTF8.self) } == ["d", "e", "f"])
    #expect(found.lines == [1, 4, 5])
  }

  @Test func `a stray quote costs one row and is named`() throws {
    let found = try read("a,b\n\"c,d\ne,f\n\"g\",h\ni,j\n", columns: 2)
    #expect(found.rows == [["a", "b"], ["e", "f"], ["g", "h"], ["i", "j"]])
    #expect(found.rejects.map(\.code) == [.strayQuote])
    #expect(found.rejects.map(\.line) == [2])
  }

  @Test func `a quote inside an unquoted field is content`() throws {
    let found = try read("5\" pipe,b\nc,d \"e\" f\n", columns: 2)
    #expect(found.rows == [["5\" pipe", "b"], ["c", "d \"e\" f"]])
    #expect(found.rejects.isEmpty)
  }

  @Test func `a lone carriage return closes no quotes`() throws {
    let found = try read("a,\"b\"\r100\nc,\"d\"\r\n\"e\"\r\r\n", columns: 2)
    #expect(found.rows == [["c", "d"]])
    #expect(found.rejects.map(\.line) == [1, 3])
    let last = try read("a,\"b\"\r", columns: 2)
    #expect(last.rows == [["a", "b"]])
  }

  @Test func `a quote that never closes costs its row, not the drop`() throws {
    let found = try read("a,b\nc,\"d\ne,f\n", columns: 2)
    #expect(found.rows == [["a", "b"], ["e", "f"]])
    #expect(found.rejects.map(\.line) == [2])
  }

  @Test func `backslash escapes, long delimiters, comments and lone carriage returns`() throws {
    let backslash = Dialect(delimiter: [0x2C], escape: .backslash)
    #expect(try read("\"a\\\"b\",c\n", columns: 2, dialect: backslash).rows == [["a\"b", "c"]])
    let long = Dialect(delimiter: Array("||".utf8))
    #expect(
      try read("a||\"b||c\"\n|d||e\n", columns: 2, dialect: long).rows == [
        ["a", "b||c"], ["|d", "e"],
      ]
    )
    let comments = Dialect(delimiter: [0x2C], comment: 0x23)
    #expect(
      try read("# x\na,b\n#y\nc,d\n", columns: 2, dialect: comments).rows == [
        ["a", "b"], ["c", "d"],
      ]
    )
    let old = Dialect(delimiter: [0x2C], lineEnd: .carriageReturn)
    #expect(
      try read("a,b\rc,\"d\re\"\r", columns: 2, dialect: old).rows == [["a", "b"], ["c", "d\re"]]
    )
  }

  @Test(arguments: [
    "a,\"b,1\",c\r\n\"x\ny\",\"q\"\"q\",\"\"\n,,z\nü,€,\"🛒,\"\n",
    "a,b,c\n\"c,d\ne,f,g\n\"g\",h,\"\"\"i\"\n5\" x,j,k\nl,\"m",
    "1,2,3\n\n4,5\n6,7,8,9\r\n\"a\nb\",,\n",
    "\r\r\n,,\r\r\n1,2,3\r\r\n4,\"5,6\n",
    "1,2,\"3\"\r40,5,6\n7,8,\"9\"\r\r\n1,2,\"3\"\r4\n5,6,\"7\"\r",
  ])
  func `every split of the bytes gives the same rows`(text: String) throws {
    let whole = try read(text, columns: 3)
    for piece in 1...text.utf8.count {
      let cut = try read(text, columns: 3, piece: piece)
      #expect(cut.rows == whole.rows)
      #expect(cut.rejects == whole.rejects)
      #expect(cut.lines == whole.lines)
    }
  }
}

struct CopyTextTests {
  private static let dialect = Dialect(delimiter: [0x09], quote: nil, escape: .copy)

  @Test(arguments: [false, true])
  func `escapes stand for bytes, and one for no value`(isCareful: Bool) throws {
    let text =
      "1\ta\\nb\tx\\ty\n\\N\t\"q\tC:\\\\new\nü\t\\x41\\x4a\\x\t\\303\\274\\\\N\n"
      + "\\b\\f\t\\r\\v\t\\q\\7\n\\N\t\\N\t\\N\n"
    let found = try read(text, columns: 3, dialect: Self.dialect, isCareful: isCareful)
    #expect(
      found.rows == [
        ["1", "a\nb", "x\ty"], ["", "\"q", "C:\\new"], ["ü", "AJx", "ü\\N"],
        ["\u{8}\u{C}", "\r\u{B}", "q\u{7}"], ["", "", ""],
      ]
    )
    #expect(found.lines == [1, 2, 3, 4, 5])
    #expect(found.rejects.isEmpty)
  }

  @Test func `a line end or a delimiter behind a backslash is content`() throws {
    let found = try read("1\ta\\\tb\n2\tc\\\nd\r\n3\te\\\r\r\n", columns: 2, dialect: Self.dialect)
    #expect(found.rows == [["1", "a\tb"], ["2", "c\nd"], ["3", "e\r"]])
    #expect(found.lines == [1, 2, 4])
  }

  @Test(arguments: [1, 2], ["", "\n", "\r\n"])
  func `what lies behind the end of the table is set aside`(columns: Int, end: String) throws {
    let row = columns == 1 ? "a\n" : "a\tb\n"
    let text = row + "\\." + end
    let found = try read(text, columns: columns, dialect: Self.dialect)
    #expect(found.rows.count == 1)
    #expect(found.rejects.map(\.code) == [.footer])
    guard !end.isEmpty else { return }
    let more = try read(text + "\n\(row)-- end", columns: columns, dialect: Self.dialect)
    #expect(more.rows == found.rows)
    #expect(more.rejects.map(\.line) == [2, 4, 5])
    #expect(more.rejects.allSatisfy { $0.code == .footer })
  }

  @Test func `escapes that are no text cost their row`() throws {
    let found = try read("a\t\\xE9\nb\t\\xC3\\xA9\nc\t\\303\n", columns: 2, dialect: Self.dialect)
    #expect(found.rows == [["b", "é"]])
    #expect(found.rejects.map(\.code) == [.invalidEncoding, .invalidEncoding])
    #expect(found.rejects.map(\.line) == [1, 3])
    #expect(found.rejects.map(\.column) == [2, 2])
  }

  @Test func `fields in quotes have escapes, too`() throws {
    let quoted = Dialect(delimiter: [0x2C], quote: 0x22, escape: .copy)
    let text = "1,\"a\\\"b,\\\nc\",\\N\n\\N,\"d\\\\\",e\\,f\n"
    let found = try read(text, columns: 3, dialect: quoted)
    #expect(found.rows == [["1", "a\"b,\nc", ""], ["", "d\\", "e,f"]])
  }

  @Test(arguments: [
    "1\ta\\nb\t\\N\n\\N\t\"x\"\ty\nü\t\\x41\\303\\274\tC:\\\\new\n\\.\n",
    "1\ta\\\\\t\\\\\\\\\n\n2\t\\\tb\t\\\nc\r\n3\td\t\\\r\r\n4\t\\\n\\.\t5\n",
    "1\t\\xE9\t2\n3\t4\n\\N\t\\N\t\\N\n6\t\\\\N\t7\n\\.", "\\.\n1\t2\t3\n\n-- ends\r\n",
    "1\t2\t3\r\n\\.\r\n4\t5\t6", "1\t2\t\\", "1\t2\t\\\n",
  ])
  func `every split of COPY's text gives the same rows to both readers`(text: String) throws {
    let whole = try read(text, columns: 3, dialect: Self.dialect)
    for isCareful in [false, true] {
      for piece in 1...text.utf8.count {
        let cut = try read(
          text,
          columns: 3,
          dialect: Self.dialect,
          piece: piece,
          isCareful: isCareful
        )
        #expect(cut.rows == whole.rows)
        #expect(cut.rejects == whole.rejects)
        #expect(cut.lines == whole.lines)
      }
    }
  }
}

struct DelimitedKernelTests {
  /// Tables with quotes, line ends in them, records of other widths, empty lines and long values.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func `rows by the kernel are those of the careful reader`(seed: UInt64) throws {
    var state = seed &+ 99
    func draw(_ below: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % below)
    }
    let values = [
      "", "a", "\"\"", "\"b\"", "\"say \"\"hi\"\"\"", "\"\"\"\"", "\"two\nlines, one\"", "\"\r\n\"",
      "é",
      String(repeating: "long", count: 20), "\"" + String(repeating: "x\"\"y", count: 30) + "\"",
      "t\tb", "q\\",
      "a\r", String(repeating: "z", count: 64), "\"" + String(repeating: "w", count: 63) + "\n\"",
    ]
    let width = 1 + draw(4)
    var text = ""
    for _ in 0..<120 {
      let count = draw(12) == 0 ? 1 + draw(6) : width
      let end = draw(4) == 0 ? "\r\n" : "\n"
      text +=
        (0..<count).map { _ in values[draw(UInt64(values.count))] }.joined(separator: ",") + end
      if draw(10) == 0 { text += end }
    }
    if draw(2) == 0 { text.removeLast() }
    for piece in [1 << 16, 700] {
      let fast = try read(text, columns: width, piece: piece)
      let careful = try read(text, columns: width, piece: piece, isCareful: true)
      #expect(fast.rows == careful.rows)
      #expect(fast.lines == careful.lines)
      #expect(fast.rejects.map(\.line) == careful.rejects.map(\.line))
      #expect(fast.rejects.map(\.fields) == careful.rejects.map(\.fields))
    }
  }

  /// Text made of the bytes that matter, so that every mask is busy.
  private func random(_ seed: UInt64, _ count: Int) -> [UInt8] {
    var state = seed
    let alphabet: [UInt8] =
      Array("ab,,,\n\n\"\"\r\\\t".utf8) + [0xC3, 0xBC, 0x00, 0x7F, 0x80, 0xFF]
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return alphabet[Int(state >> 33) % alphabet.count]
    }
  }

  @Test func `all variants of the kernel give the same index`() {
    var compared = 0
    for seed in 0..<300 as Range<UInt64> {
      let count = Int(seed * 7 % 515)
      let bytes = random(seed, count) + [UInt8](repeating: 0, count: 64)
      for hasQuote in [true, false] {
        let dialect = dm_dialect(
          delimiter: 0x2C,
          quote: 0x22,
          line_end: 0x0A,
          has_quote: hasQuote
        )
        let truth = FieldIndex(0, bytes, count, dialect)
        for variant in 1...5 as ClosedRange<Int32> where dm_has_variant(variant) {
          #expect(
            FieldIndex(variant, bytes, count, dialect) == truth,
            "variant \(variant), seed \(seed)"
          )
          compared += 1
        }
      }
    }
    #expect(compared > 0)
  }
}
