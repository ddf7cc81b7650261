import Bytes
import Canonical
import Records
import Testing

/// A table of texts, row by row; nil is a null.
private func convert(
  _ names: [String],
  _ table: [[String?]],
  known: [String: ColumnType] = [:]
) -> (lines: [String], types: [ColumnType], doubts: [Doubt?], isViolated: Bool) {
  let rows = RowBlock()
  fill(rows, names.count, table)
  let types = names.map { known[$0] }
  let open = Plan(
    names: names,
    forms: names.map { _ in .empty },
    known: types,
    typesItsValues: false
  )
  var evidence: [ColumnEvidence] = []
  CanonicalWriter.infer(rows, plan: open, into: &evidence)
  let verdicts = Proof.verdicts(evidence, known: types)
  let plan = Plan(
    names: names,
    forms: verdicts.map(\.form),
    known: types,
    typesItsValues: false
  )
  let block = CanonicalBlock()
  CanonicalWriter(key: nil).write(rows, plan: plan, into: block)
  return (
    text(of: block), verdicts.map(\.form.type), verdicts.map(\.doubt), block.isViolated
  )
}

private func fill(_ rows: RowBlock, _ width: Int, _ table: [[String?]]) {
  rows.begin(block: nil, width: width)
  for (line, record) in table.enumerated() {
    // Safe: a row has room for `width` cells, and every record has as many values.
    let row = unsafe rows.nextRow()
    for (column, value) in record.enumerated() {
      guard let value, !value.isEmpty else {
        unsafe row[column] = .absent
        continue
      }
      let start = rows.scratch.count
      rows.scratch.append(contentsOf: Array(value.utf8))
      unsafe row[column] = Cell(scratchOffset: start, length: value.utf8.count, kind: .text)
    }
    rows.commitRow(line: line)
  }
}

private func text(of block: CanonicalBlock) -> [String] {
  // Safe: the bytes are copied before the block changes.
  let all = unsafe String(decoding: block.lines.bytes, as: UTF8.self)
  return all.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
}

private func column(_ values: [String?]) -> (lines: [String], type: ColumnType, doubt: Doubt?) {
  let result = convert(["v"], values.map { [$0] })
  return (result.lines, result.types[0], result.doubts[0])
}

struct ColumnProofTests {
  @Test(arguments: [
    (["1", "-5", "9007199254740991"], ColumnType.integer),
    (["1", "2.50"], .number),
    (["1e3", "2"], .number),
    ([".5", "1"], .number),
    (["9007199254740993"], .decimal),
    (["0.1234567890123456789", "1"], .decimal),
    (["007", "12"], .string),
    (["+49 30 1234"], .string),
    (["1.2.3"], .string),
    (["1.5", "n/a"], .number),
    (["1.5", "n/a", "call us"], .string),
    (["2026-11-23", "-", " "], .date),
    (["yes", "no", "unknown"], .boolean),
    (["1 March 2026", "02 mar. 2026"], .date),
    (["Mar 1, 2026", "August 01,2017"], .date),
    (["01-Jan-2010"], .date),
    (["2026-Feb-09"], .date),
    (["1. März 2026", "12 MÄRZ 2026"], .date),
    (["3 de março de 2026"], .date),
    (["1er janvier 2026"], .date),
    (["2026年3月1日"], .date),
    (["2026-02-29", "2024-02-29"], .string),
    (["30 Feb 2026"], .string),
    (["12 listopada 2026"], .string),
    (["May 2026"], .string),
    (["Fri Oct 16 00:00:00 UTC 2015"], .instant),
    (["Mon, 05 Jan 2009 10:00:00 +0100"], .instant),
    (["12 Jun 1998 - 14:30"], .localDateTime),
    (["13/2/2003 4:05 PM", "1/2/2003 12:00 AM"], .localDateTime),
    (["2016/12/11 8:42:47 AM GMT+5"], .instant),
    (["11:00 AM", "2:30 p.m."], .time),
    (["2:28:00", "12:55:00"], .time),
    (["9:41"], .string),
    (["13:00 PM"], .string),
    (["2026-11-23"], .date),
    (["2026-02-30"], .string),
    (["23.11.2026", "01.02.2026"], .date),
    (["11/23/2026", "01/02/2026"], .date),
    (["2026-11-23 10:15", "2026-11-23T10:15:30.500"], .localDateTime),
    (["2026-11-23T10:15:00+01:00"], .instant),
    (["10:15:30"], .time),
    (["TRUE", "false"], .boolean),
    (["yes", "No"], .boolean),
    (["y", "N"], .boolean),
    (["yes", "n"], .string),
    (["0", "1"], .integer),
    (["1,5", "2"], .number),
    (["1.234,56", "12"], .number),
    (["1,234.56", "12"], .number),
    (["1,234,567"], .integer),
    (["1.234.567"], .integer),
    (["01,5"], .string),
  ])
  func `the narrowest type that every value allows`(values: [String], type: ColumnType) {
    #expect(column(values).type == type)
  }

  @Test(arguments: [
    (["03/04/2026", "05/06/2026"], Doubt.dayOrMonthFirst),
    (["1,234", "5,678"], .decimalOrGroupingComma),
    (["NO", "no"], .oneWordOnly),
    (["31/12/24", "01/01/25"], .twoDigitYear),
    (["5-Jan-09"], .twoDigitYear),
    (["NA", "-"], .nullWordsOnly),
    (["4.00638E+12", "4006381333931"], .shortenedBySpreadsheet),
    (["4.00638E+12", "5E+11", "-1.2E+19"], .shortenedBySpreadsheet),
    (["1234567890123450000", "12"], .shortenedBySpreadsheet),
  ])
  func `what nothing proves stays text and says so`(values: [String], doubt: Doubt) {
    let result = column(values)
    #expect(result.type == .string)
    #expect(result.doubt == doubt)
    #expect(result.lines == values.map { "{\"v\":\"\($0)\"}" })
  }

  @Test(arguments: [
    (["4.00638E+12", "1.5"], ColumnType.number),
    (["4.00638E+12", "1E+5"], .number),
    (["6.02214E+23"], .number),
    (["1.2345678E+12"], .number),
    (["4.00638e+12"], .number),
    (["1234567890123450000", "1234567890123456789"], .decimal),
    (["1234567890123450"], .integer),
  ])
  func `what no spreadsheet has shortened stays a number`(values: [String], type: ColumnType) {
    #expect(column(values).type == type)
    #expect(column(values).doubt == nil)
  }

  @Test func `a shortened number is one where the feed knows the column's numbers`() {
    let rows = [["4.00638E+12"], ["4006381333931"]]
    #expect(convert(["v"], rows, known: ["v": .number]).types == [.number])
    #expect(convert(["v"], rows, known: ["v": .integer]).types == [.string])
  }

  @Test func `a point that may group digits is not guessed beside decimal commas`() {
    let result = convert(["a", "b"], [["1,5", "1.234"], ["2,25", "12"]])
    #expect(result.types == [.number, .string])
    #expect(result.doubts[1] == .decimalOrGroupingPoint)
  }

  @Test func `one word of a pair is a boolean where the feed knows the column as one`() {
    let known = ["ok": ColumnType.boolean]
    let yes = convert(["ok"], [["yes"], ["Yes"]], known: known)
    #expect(yes.types == [.boolean])
    #expect(yes.doubts == [nil])
    #expect(yes.lines == [#"{"ok":true}"#, #"{"ok":true}"#])
    #expect(convert(["ok"], [["yes"], ["n"]], known: known).types == [.string])
    #expect(convert(["ok"], [["yes"]], known: ["ok": .string]).types == [.string])
  }

  @Test func `a word for a missing value is a null among numbers and a text among texts`() {
    let numbers = column(["1", "NA", "2.50", "#N/A", " ", "-"])
    #expect(numbers.lines == [#"{"v":1}"#, "{}", #"{"v":2.5}"#, "{}", "{}", "{}"])
    let texts = column(["NA", "DE", "-"])
    #expect(texts.lines == [#"{"v":"NA"}"#, #"{"v":"DE"}"#, #"{"v":"-"}"#])
    // A code of digits is a value: nothing says that it is none.
    #expect(column(["-999", "1"]).lines == [#"{"v":-999}"#, #"{"v":1}"#])
  }

  @Test func `words for missing values alone are nulls where the feed knows the type`() {
    let known = convert(["v"], [["NA"], ["-"]], known: ["v": .date])
    #expect(known.types == [.date])
    #expect(known.lines == ["{}", "{}"])
    #expect(convert(["v"], [["NA"]], known: ["v": .string]).lines == [#"{"v":"NA"}"#])
  }

  @Test(arguments: [
    ("1/2/2003 12:05 AM", "2003-02-01T00:05:00"), ("1/2/2003 12:05 PM", "2003-02-01T12:05:00"),
    ("Feb 1, 2003 at 6:55PM", "2003-02-01T18:55:00"), ("1. Feb. 2003 9:05", "2003-02-01T09:05:00"),
  ])
  func `times on twelve hours are written on twenty-four`(text: String, canonical: String) {
    let proof = text.contains("Feb") ? text : "13/1/2003 1:00"
    #expect(column([text, proof]).lines.first == #"{"v":"\#(canonical)"}"#)
  }

  @Test func `a known type is widened, never narrowed`() {
    let result = convert(["a", "b"], [["1", "x"]], known: ["a": .string, "b": .integer])
    #expect(result.types == [.string, .string])
    #expect(result.lines == [#"{"a":"1","b":"x"}"#])
  }

  @Test func `evidence joins in any order`() {
    let samples = [
      "1", "2.5", "007", "1,5", "2026-01-02", "13.01.2026", "yes", "no", "x", "NA", ".",
      "2 May 2024",
    ]
    for a in samples {
      for b in samples {
        for c in samples {
          let one = column([a, b, c])
          let other = column([c, a, b])
          #expect(one.type == other.type)
        }
      }
    }
  }
}

struct CanonicalLineTests {
  @Test func `members are sorted and nulls left out`() {
    let result = convert(["b", "a", "c"], [["2", nil, "x"], [nil, nil, nil]])
    #expect(result.lines == [#"{"b":2,"c":"x"}"#, "{}"])
  }

  @Test(arguments: [
    ("36.10", "36.1"), ("36.00", "36"), ("-0.00", "0"), ("1E2", "100"), ("0.000001", "0.000001"),
    ("0.0000001", "1e-7"), ("1e21", "1e+21"), ("123456789012345", "123456789012345"),
  ])
  func `numbers take the form of ES6`(text: String, canonical: String) {
    #expect(column([text, "1.5"]).lines[0] == "{\"v\":\(canonical)}")
  }

  @Test(arguments: [
    ("123456789012345678.90", "123456789012345678.9"), ("-0.50", "-0.5"), ("1e3", "1000"),
    ("1.5e-3", "0.0015"), ("0", "0"),
  ])
  func `decimals are exact text`(text: String, canonical: String) {
    #expect(column([text, "12345678901234567890.5"]).lines[0] == "{\"v\":\"\(canonical)\"}")
  }

  @Test(arguments: [
    ("2026-11-23T00:30:00+01:00", "2026-11-22T23:30:00Z"),
    ("2026-12-31 23:59:59.120-0130", "2027-01-01T01:29:59.12Z"),
    ("2024-02-29T00:00:00.000Z", "2024-02-29T00:00:00Z"),
    ("2026-11-23T10:00 UTC", "2026-11-23T10:00:00Z"),
  ])
  func `instants are written in UTC`(text: String, canonical: String) {
    #expect(column([text]).lines == ["{\"v\":\"\(canonical)\"}"])
  }

  @Test func `dates of other orders become ISO 8601`() {
    #expect(
      column(["23.11.2026", "1.2.2026"]).lines == [#"{"v":"2026-11-23"}"#, #"{"v":"2026-02-01"}"#]
    )
    #expect(column(["11/23/2026"]).lines == [#"{"v":"2026-11-23"}"#])
    #expect(column(["2026/11/23"]).lines == [#"{"v":"2026-11-23"}"#])
  }

  @Test func `amounts with decimal commas and grouping points`() {
    #expect(column(["1.234,50", "-3,40"]).lines == [#"{"v":1234.5}"#, #"{"v":-3.4}"#])
  }

  @Test func `text is escaped as JCS does`() {
    #expect(column(["a\"b\\c\n\u{1}é🛒"]).lines == ["{\"v\":\"a\\\"b\\\\c\\n\\u0001é🛒\"}"])
  }

  @Test func `keys are escaped and sorted by UTF-16 code units`() {
    let result = convert(["\u{FB33}", "\u{1F600}", "a\"b"], [["1", "2", "3"]])
    #expect(result.lines == ["{\"a\\\"b\":3,\"\u{1F600}\":2,\"\u{FB33}\":1}"])
  }
}

struct PlanTests {
  @Test func `a value the plan cannot hold leaves evidence and no line counts`() {
    let rows = RowBlock()
    fill(rows, 1, [["1"], ["x"]])
    let plan = Plan(
      names: ["v"],
      forms: [.integer(.point)],
      known: [nil],
      typesItsValues: false
    )
    let block = CanonicalBlock()
    CanonicalWriter(key: nil).write(rows, plan: plan, into: block)
    #expect(block.isViolated)
    #expect(block.evidence.count == 1)
  }

  @Test func `an object among single values is a reject with its place`() {
    let rows = RowBlock()
    rows.begin(block: nil, width: 1)
    rows.scratch.append(contentsOf: Array("x{}".utf8))
    for (line, kind) in [CellKind.text, .object].enumerated() {
      // Safe: a row has room for one cell.
      let row = unsafe rows.nextRow()
      unsafe row[0] = Cell(scratchOffset: line, length: line + 1, kind: kind)
      rows.commitRow(line: line)
    }
    let plan = Plan(
      names: ["v"],
      forms: [.string(isOpen: false)],
      known: [nil],
      typesItsValues: true
    )
    let block = CanonicalBlock()
    CanonicalWriter(key: nil).write(rows, plan: plan, into: block)
    #expect(text(of: block) == [#"{"v":"x"}"#])
    #expect(block.rejects.map(\.code) == [.contradictsSchema])
    #expect(block.rejects.map(\.line) == [2])
    #expect(block.recordsRead == 2)
  }

  @Test func `fingerprints depend on the line and on the key alone`() throws {
    let one = try #require(FingerprintKey(bytes: [UInt8](repeating: 1, count: 32)))
    let two = try #require(FingerprintKey(bytes: [UInt8](repeating: 2, count: 32)))
    func fingerprints(_ table: [[String?]], _ key: FingerprintKey) -> [Fingerprint] {
      let rows = RowBlock()
      fill(rows, 1, table)
      let plan = Plan(
        names: ["v"],
        forms: [.string(isOpen: false)],
        known: [nil],
        typesItsValues: false
      )
      let block = CanonicalBlock()
      CanonicalWriter(key: key).write(rows, plan: plan, into: block)
      return block.fingerprints
    }
    let first = fingerprints([["a"], ["b"], ["a"]], one)
    #expect(first[0] == first[2])
    #expect(first[0] != first[1])
    #expect(fingerprints([["a"]], one) == [first[0]])
    #expect(fingerprints([["a"]], two) != [first[0]])
  }
}

struct CanonicalTextTests {
  /// The short way copies what already stands canonically; it must refuse all else.
  @Test(arguments: [
    "2026-02-29", "2024-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "0000-01-01",
    "2026-1a-01", "2026-01-32", "2026/01/31", "20a6-01-31", "2026-04-31", "\u{C3}026-04-3",
  ])
  func `dates are the same by the short way and the long`(text: String) {
    let alone = column([text]).type == .date
    let beside = column([text, "2026-01-31"])
    #expect((beside.type == .date) == alone)
    let plan = Plan(
      names: ["v"],
      forms: [.date(.yearMonthDay)],
      known: [nil],
      typesItsValues: false
    )
    let rows = RowBlock()
    fill(rows, 1, [[text]])
    let block = CanonicalBlock()
    CanonicalWriter(key: nil).write(rows, plan: plan, into: block)
    #expect(block.isViolated == !alone)
  }

  @Test(arguments: [
    "2026-01-31T24:00:00Z", "2026-01-31T23:60:00Z", "2026-01-31T23:59:60Z", "2026-01-31T23:59:59Z",
    "2026-01-31T23-59:59Z", "2026-01-31T2a:59:59Z",
  ])
  func `instants are the same by the short way and the long`(text: String) {
    let alone = column([text]).type == .instant
    let plan = Plan(
      names: ["v"],
      forms: [.instant(.yearMonthDay)],
      known: [nil],
      typesItsValues: false
    )
    let rows = RowBlock()
    fill(rows, 1, [[text]])
    let block = CanonicalBlock()
    CanonicalWriter(key: nil).write(rows, plan: plan, into: block)
    #expect(block.isViolated == !alone)
  }

  @Test(arguments: [
    ("0", "0"), ("-0", "0"), ("-0.5", "-0.5"), ("0.50", "0.5"), ("100", "100"), ("10.0", "10"),
    ("0.000000", "0"), ("0.0000010", "0.000001"), ("0.00000010", "1e-7"),
    ("999999999999999", "999999999999999"), ("12345678901234.5", "12345678901234.5"),
    ("-1.10", "-1.1"),
  ])
  func `numbers are the same by the short way and the long`(text: String, canonical: String) {
    #expect(column([text, "2.5"]).lines[0] == "{\"v\":\(canonical)}")
  }
}
