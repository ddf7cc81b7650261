import Detection
import Formats
import Testing

/// Tables among lines that are none of theirs: more of those, and others' signs in them.
struct TableExtentTests {
  private func findings(_ text: String) throws -> (table: DelimitedLayout, findings: Findings)? {
    let findings = try Detector.detect(head: Array(text.utf8), isWhole: true)
    guard case .delimited(let table) = findings.layout else { return nil }
    return (table, findings)
  }

  private static let prose =
    "Church, member water garden order window school.\nGlass, rapid river green garden doctor.\n"
    + "Glass letter school office school.\nSouth, market rapid number order.\n"
    + "Letter summer, church public member green paper north market.\n"
    + "Apple, solid, order river quiet glass office letter, public, green garden solid.\n"
  private static let pairs =
    "Order;2020-03-05\nPaper Market;stone church\nSummer;3537.81\nStone;1079.28\nNumber;4076.11\n"
    + "Church Summer;street public\nBridge Stone;school water\nStone;2018-02-07\nSolid;2014-07-05\n"

  @Test(arguments: [
    (
      prose + "weight,city,count,time\n2543.40,Paris,106,00:38:15\n2417.37,Paris,141,19:50:37\n",
      ",", 6, 4
    ),
    (prose + "\nid;city;count\n1;Paris;106\n2;Oslo;141\n3;Rome;12\n", ";", 7, 3),
    (
      pairs + "status\tcount\tweight\tcity\nopen\t183\t4061.27\tDublin\nnew\t143\t2652.05\tBonn\n"
        + "closed\t171\t3923.89\tRome\nopen\t283\t483.09\tOslo\n", "\t", 9, 4
    ),
    (
      pairs.replacing(";", with: ": ")
        + "amount,product,weight,code,count\n2913.50,church,4848.76,AZ-408,67\n81.25,apple,1.50,AX-1,8\n",
      ",", 9, 5
    ),
    (
      pairs.replacing(";", with: ",")
        + "\nid|status|count|weight\n1|open|183|4061.27\n2|new|143|2652.05\n",
      "|", 10, 4
    ),
  ])
  func `a table is found below more lines than it has`(
    text: String,
    delimiter: String,
    preamble: Int,
    columns: Int
  ) throws {
    let found = try #require(try findings(text))
    #expect(found.table.dialect.delimiter == Array(delimiter.utf8))
    #expect(found.table.preambleLines == preamble)
    #expect(found.table.names.count == columns)
    #expect(found.table.headerRows == 1)
  }

  @Test(arguments: [
    "id;city;count\n1;Paris;106\n2;Oslo;141\n" + prose, "id\tcity\n1\tParis\n2\tOslo\n\n" + prose,
    "id|city|count\n1|Paris|106\n2|Oslo|141\n" + pairs,
  ])
  func `lines below a table are none of its dialect`(text: String) throws {
    let found = try #require(try findings(text))
    #expect([[0x3B], [0x09], [0x7C]].contains(found.table.dialect.delimiter))
    #expect(found.table.names.prefix(2) == ["id", "city"])
    #expect(found.table.preambleLines == 0)
  }

  @Test(arguments: [
    pairs, pairs.replacing(";", with: ": "), "a,b,c\n1,2\n3,4,5\n6,7,8\n",
    "n/a,n/a,x\n1,2,y\n3,4,z\n5,6,q\n",
    "id,note\n1,first\n2,\"so, so\"\n3,last\n",
  ])
  func `a row that may be a record is none of a preamble`(text: String) throws {
    let found = try #require(try findings(text))
    #expect(found.table.preambleLines == 0)
  }

  @Test(arguments: [
    // More pairs than records, parted as the table is.
    (
      pairs
        + "status;count;city\nopen;183;Dublin\nnew;143;Bonn\nclosed;171;Rome\nopen;17;Bern\nnew;3;Oslo\n",
      9, 1
    ),
    ("\"A\";1\n" + pairs + "\nid;status;count\n1;open;183\n2;new;143\n3;old;1\n", 11, 1),
    // Filled up to the table's width.
    (
      pairs.replacing("\n", with: ";;\n")
        + ";;;\nid;status;count;city\n1;open;183;Bonn\n2;new;143;Rome\n",
      10, 1
    ),
    ("Sales report;\ncity;count\nBonn;12\nRome;7\nOslo;9\n", 1, 1),
    (
      "Sales report;;;2026-01-02\ncity;count;code;day\nBonn;12;A-1;2025-01-01\nRome;7;B-2;2025-01-02\n",
      1, 1
    ),
    // Units.
    ("city;count;weight\n;;(kg)\nBonn;12;1.5\nRome;7;2.5\nOslo;9;3.5\n", 0, 2),
  ])
  func `what stands above records is told from them`(
    text: String,
    preamble: Int,
    header: Int
  ) throws {
    let found = try #require(try findings(text))
    #expect(found.table.preambleLines == preamble)
    #expect(found.table.headerRows == header)
  }

  @Test(arguments: [
    // Records that are short of values.
    "10001;;;\n10002;Bonn;12;1.5\n10003;Rome;7;2.5\n10004;Oslo;9;3.5\n",
    "Bonn;;;\nRome;12;A-1;1.5\nBonn;7;B-2;2.5\nOslo;9;C-3;3.5\n",
    "id;city;count;weight\n10001;Bonn;;\n10002;Rome;;\n10003;Rome;7;2.5\n10004;Oslo;9;3.5\n",
    // A table of two columns above another one.
    "city;person\nBonn;Ann Berg\nRome;Ben Tal\nOslo;Cid See\nBern;Dora Ort\n\nid;count;weight\n1;12;1.5\n2;7;2.5\n",
    "city;count\nBonn;12\nRome;7\nOslo;9\nBern;8\n\nid;count;weight\n1;12;1.5\n2;7;2.5\n",
  ])
  func `records above others are no preamble`(text: String) throws {
    let found = try #require(try findings(text))
    #expect(found.table.preambleLines == 0)
    #expect(found.table.headerRows < 2)
  }
}
