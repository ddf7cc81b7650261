import Detection
import Formats
import Testing

/// Tables of few rows, as people make them: what anybody would say of them at a glance.
struct SmallTableTests {
  private func layout(_ text: String) throws -> DelimitedLayout? {
    let findings = try Detector.detect(head: Array(text.utf8), isWhole: true)
    if case .delimited(let table) = findings.layout { return table }
    return nil
  }

  @Test(arguments: [
    ("a,b,c\n1,2,3/4;5\n", ",", 3), ("a,b,c\n1,2,3/4;5", ",", 3), ("a,b\nx;y,1\n", ",", 2),
    ("id,comment\n1,good; very good\n2,bad; really; bad\n", ",", 2),
    ("id;comment\n1;good, very good\n2;bad, really, bad\n", ";", 2),
    ("start,end,what\n08:00,09:30,stand-up\n10:15,11:00,review\n", ",", 3),
    ("time,temp\n08:00:01,21.5\n08:00:02,21.6\n", ",", 2),
    ("mail,note\n07:52:34,5:4\n", ",", 2),
    ("at;took\n2026-01-02 08:00:01,215;3\n2026-01-02 08:00:02,716;4\n", ";", 2),
    ("id,data\n1,\"{\"\"a\"\":1,\"\"b\"\":[1,2]}\"\n2,\"{\"\"a\"\":2}\"\n", ",", 2),
    ("id;data\n1;{\"a\":1,\"b\":2}\n2;{\"a\":3,\"b\":4}\n", ";", 2),
    ("colour\turl\n[2, 8, 5]\t[8, 8, 6]\n[7, 2, 1]\t[3, 1, 9]\n", "\t", 2),
    ("order;parts\n94;[1, 5, 4]\n1395;[2, 2, 8]\n0;[5, 5, 1]\n342;[9, 4, 2]\n", ";", 2),
    ("sum;code;weight\n[4, 4, 8];glass;water\n[1, 7, 6];;paper/stone\n", ";", 3),
    ("preis;menge\n1.234,56;3\n12,00;4\n", ";", 2), ("lat;lon\n52,52;13,40\n48,85;2,35\n", ";", 2),
    ("item;price\napple;€1,20\npear;€0,80\n", ";", 2),
    ("item;price\napple;1,20 €\npear;0,80 €\n", ";", 2),
    ("name,url\nA,https://a.example/x?a=1&b=2\nB,https://b.example/y;z\n", ",", 2),
    ("name|url\nA|https://a.example/x?a=1,2\nB|https://b.example/y,z\n", "|", 2),
    ("id,say\n1,he said \"hi\" to me\n2,5\" pipe\n", ",", 2), ("id;size\n1;5\"\n2;7\"\n", ";", 2),
    ("a,b,c\n1,,3\n2,,4\n", ",", 3), ("a;b;c;\n1;2;3;\n4;5;6;\n", ";", 3),
    ("name,city\nAnn,Rome\nBob,Oslo\nCid,Bonn\n", ",", 2),
    ("id,name,price\n", ",", 3), ("id;name;price\n", ";", 3), ("id\tname\n", "\t", 2),
    ("sku,size,colour\nA-1,S/M,red\nA-2,L/XL,blue\n", ",", 3),
    ("sku,tags\nA1,red|blue|green\nA2,red|blue\nA3,blue\n", ",", 2),
    ("date,level,message\n2026-01-02,INFO,started: ok; next\n2026-01-03,WARN,slow: 3;4\n", ",", 3),
    ("q;a\nwhat, who, when?;me, you, now\nwhy?;so\n", ";", 2), ("a|b\n1,5|2\n2,5|3\n", "|", 2),
    ("\"id\";\"name\"\n\"1\";\"Lee, Ann\"\n\"2\";\"Ray, Bob\"\n", ";", 2),
    ("word,count\n'tis,3\n'twas,4\n", ",", 2), ("ID;Betrag\n1;-3,50\n", ";", 2),
    ("caller,seconds\n+49 30 663758,92\n+49 30 558853,5007\n+33 1 542593,966\n", ",", 2),
    ("date,code\n3/4;5,727.03\n", ",", 2),
    ("id,path\n1,C:\\a\\b\n2,D:\\c\n", ",", 2),
  ])
  func `a small table is read as anybody would`(
    text: String,
    delimiter: String,
    columns: Int
  ) throws {
    let table = try #require(try layout(text))
    #expect(table.dialect.delimiter == Array(delimiter.utf8))
    #expect(table.names.count == columns)
    #expect(table.headerRows == 1)
    #expect(table.preambleLines == 0)
  }

  @Test func `the words of comments above a table delimit nothing`() throws {
    let comments = "# Export created 2026-01-02 10:00\n# From 2026-01-01 to 2026-01-31\n"
    let text = comments + "price,mail,date\n09:52:11,,18576\n20:35:02,,73\n01:03:56,,7\n"
    let table = try #require(try layout(text))
    #expect(table.dialect.delimiter == Array(",".utf8))
    #expect(table.names == ["price", "mail", "date"])
  }

  @Test func `a first record that is mostly empty is one`() throws {
    let table = try #require(try layout(",750.11,\nblue,379.67,\n,664.34,\n"))
    #expect(table.preambleLines == 0)
    #expect(table.headerRows == 0)
  }

  @Test(arguments: [
    "name\nAnn\nBob\n", "email\nann@x.example\nbob@y.example\n", "id\n",
    "note\nfirst: do it\nsecond: do that\nthird: stop\n",
    "url\nhttps://a.example/x?a=1&b=2\nhttps://b.example/y?a=2&b=3\n",
  ])
  func `one column is one column`(text: String) throws {
    let table = try #require(try layout(text))
    #expect(table.names.count == 1)
    #expect(table.headerRows == 1)
  }

  @Test(arguments: [
    "1,Ann,Rome\n2,Bob,Oslo\n", "2026-01-02;12,5\n2026-01-03;13,0\n", "yes,no\nno,yes\nyes,yes\n",
    "SM-087;blue\nLE-112;grey\nGR-740;red\nLA-256;pink\n",
    "C:\\red\\apple;house\nC:\\pear\\red;north\nC:\\pear\\fast;large\n",
    "north|815,78 €\nfast|13,07 €\n", "ann@mail.example,stone\nbob@mail.example,water\n",
  ])
  func `a first row like those below it is a record`(text: String) throws {
    #expect(try #require(try layout(text)).headerRows == 0)
  }
}
