import Bytes
import Canonical
import Testing

private func mixture(_ name: String, _ values: [String]) -> ColumnProfile.Mixture {
  let rows = RowBlock()
  rows.begin(block: nil, width: 1)
  for (line, value) in values.enumerated() {
    // Safe: a row has room for the one cell.
    let row = unsafe rows.nextRow()
    let start = rows.scratch.count
    rows.scratch.append(contentsOf: Array(value.utf8))
    unsafe row[0] =
      value.isEmpty
      ? .absent : Cell(scratchOffset: start, length: value.utf8.count, kind: .text)
    rows.commitRow(line: line)
  }
  var profile = ColumnProfile(name: name)
  profile.add(rows, column: 0, step: 1)
  return profile.mixture
}

struct ColumnProfileTests {
  @Test(arguments: [
    ("n", ["1", "22", "?", "305"], ColumnKind.integer),
    ("n", ["1.5", "NA", "3"], .number),
    ("n", ["12,5", "3,25", "7"], .markedNumber),
    ("n", ["1,657,300", "20"], .markedNumber),
    ("date", ["1/1/84", "12/31/85"], .date),
    ("d", ["9/17/07 0:00", "9/18/07 0:00"], .dateTime),
    ("t", ["2017/07/24 10:19:56 PM AST"], .dateTime),
    ("EndDate", ["##########", "##########"], .date),
    ("amount", ["##########", "##########"], .string),
    ("film_date", ["1362096000", "1336608000"], .dateTime),
    ("size", ["1362096000", "1336608000"], .integer),
    ("day", ["20111109", "20140902"], .date),
    ("Year", ["1999", "2001"], .year),
    ("Org Code", ["1999", "2001"], .integer),
    ("term", ["2009-10", "2012-13", "-"], .period),
    ("lap", ["01:25.6", "50:41.3"], .duration),
    ("zip", ["01234", "99999"], .code),
    ("rate", ["12%", "3.5 %"], .percent),
    ("price", ["$1,200.00", "$3.50"], .currency),
    ("ok", ["yes", "no", "n/a"], .boolean),
    ("ok", ["yes", "yes"], .string),
    ("text", ["3", "Yes, of course", "No"], .string),
    ("empty", ["", ""], .empty),
  ])
  func `a column looks like what most of its values are`(
    name: String,
    values: [String],
    kind: ColumnKind
  ) {
    #expect(mixture(name, values).kind == kind)
  }

  @Test func `odd values are counted and shown, words for missing ones apart`() {
    let values = (1...40).map(String.init) + ["call us", "call us", "NA", "-999", "-999"]
    let found = mixture("stock", values)
    #expect(found.kind == .integer)
    #expect(found.anomalyCount == 2)
    #expect(found.anomalies.map(\.text) == ["call us"])
    #expect(found.missing.map(\.word) == ["NA"])
    #expect(found.suspects.map(\.value) == [-999])
    #expect(mixture("t", ["-999", "-5", "3"]).suspects.isEmpty)
  }
}
