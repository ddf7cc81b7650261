import Bytes
import Foundation
import TestKit
import Testing

@testable import Formats

/// Workbooks made of hand-written parts, packed by Python's `zipfile`.
struct WorkbookTests {
  private static let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""

  private static func parts(
    _ rows: String,
    strings: String = "",
    properties: String = "",
    hidden: Bool = false
  ) -> [String: String] {
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return [
      "[Content_Types].xml": "<Types/>",
      "_rels/.rels":
        "<Relationships><Relationship Id=\"r1\" Type=\"\(relation)/officeDocument\" "
        + "Target=\"xl/workbook.xml\"/></Relationships>",
      "xl/workbook.xml":
        "<workbook \(main) xmlns:r=\"\(relation)\">\(properties)<sheets>"
        + "<sheet name=\"Notes\" sheetId=\"1\" r:id=\"r1\"\(hidden ? " state=\"hidden\"" : "")/>"
        + "<sheet name=\"Data\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>",
      "xl/_rels/workbook.xml.rels":
        "<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"worksheets/s1.xml\"/>"
        + "<Relationship Id=\"r2\" Type=\"x/worksheet\" Target=\"/xl/worksheets/s2.xml\"/>"
        + "<Relationship Id=\"r3\" Type=\"x/styles\" Target=\"styles.xml\"/>"
        + "<Relationship Id=\"r4\" Type=\"x/sharedStrings\" Target=\"sharedStrings.xml\"/>"
        + "</Relationships>",
      "xl/styles.xml":
        "<styleSheet \(main)><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/></numFmts>"
        + "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
        + "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"22\"/></cellXfs>"
        + "</styleSheet>",
      "xl/sharedStrings.xml": "<sst \(main)>\(strings)</sst>",
      "xl/worksheets/s1.xml": "<worksheet \(main)><sheetData/></worksheet>",
      "xl/worksheets/s2.xml": "<worksheet \(main)><sheetData>\(rows)</sheetData></worksheet>",
    ]
  }

  private static func pack(_ parts: [String: String], at path: String) throws {
    let script = """
      import json, sys, zipfile
      with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
          for name, text in json.load(sys.stdin).items(): z.writestr(name, text)
      """
    let input = try JSONEncoder().encode(parts)
    _ = try Command.run("python3", ["-c", script, path], input: Array(input))
  }

  private func read(
    _ parts: [String: String],
    sheet: String? = nil,
    step: Int = 1 << 16
  ) throws -> (name: String, text: String, extent: SheetExtent) {
    let folder = try ScratchFolder()
    try Self.pack(parts, at: folder.path + "/a.xlsx")
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.path + "/a.xlsx"))
    let archive = try ZipArchive(descriptor: file.fileDescriptor)
    try #require(Workbook.isWorkbook(archive))
    let found = try #require(try Workbook(archive).text(ofSheet: sheet))
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: step)
    while true {
      // Safe: the stream fills at most the buffer.
      let count = unsafe try buffer.withUnsafeMutableBufferPointer {
        unsafe try found.stream.read(into: $0)
      }
      if count == 0 { break }
      text += buffer.prefix(count)
    }
    return (found.name, String(decoding: text, as: UTF8.self), found.cells)
  }

  @Test(arguments: [1, 7, 1 << 16])
  func `a sheet is the text it would be saved as, with dates in ISO form`(step: Int) throws {
    let strings = """
      <si><t>id</t></si><si><t>what, "then"</t></si><si><r><t>ri</t></r><r><t>ch</t></r>\
      <rPh><t>no</t></rPh></si><si><t>a_x000A_b</t></si>
      """
    let rows = """
      <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>\
      <c r="D1" t="str"><v>day</v></c></row>\
      <row r="2"><c r="A2"><v>1</v></c><c r="B2" t="inlineStr"><is><t>007</t></is></c>\
      <c r="C2" t="b"><v>1</v></c><c r="D2" s="1"><v>45292</v></c></row>\
      <row r="4"><c r="A4"><v>0.1</v></c><c r="B4" t="s"><v>3</v></c><c r="C4" t="e"><v>#N/A</v></c>\
      <c r="D4" s="2"><f>NOW()</f><v>45292.25</v></c></row>
      """
    let got = try read(Self.parts(rows, strings: strings), step: step)
    #expect(got.name == "Data")
    #expect(
      got.text == #"""
        "id","what, ""then""","rich","day"
        1,"007",true,2024-01-01

        0.1,"a
        b","#N/A",2024-01-01T06:00:00

        """#
    )
  }

  @Test func `cells that are missing are empty, and empty margins are left out`() throws {
    let rows = """
      <row r="3"><c r="C3"><v>1</v></c><c r="E3"><v>2</v></c><c r="XFD3" s="1"/></row>\
      <row r="4"><c r="D4"><v>3</v></c></row><row r="9"><c r="A9" s="1"/></row>
      """
    let got = try read(Self.parts(rows))
    #expect(got.text == "\n\n1,,2\n,3,\n")
    #expect(got.extent.columns == 2..<5)
  }

  @Test func `rows and cells may go without their names`() throws {
    let got = try read(
      Self.parts("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")
    )
    #expect(got.text == "1,2\n3,\n")
  }

  @Test func `a formula that was never calculated is counted`() throws {
    let got = try read(Self.parts("<row><c><v>1</v></c><c><f>A1</f></c></row>"))
    #expect(got.extent.uncalculated == 1)
  }

  @Test func `days of a Mac's workbook are counted from 1904`() throws {
    let rows = "<row><c s=\"1\"><v>0</v></c></row>"
    let got = try read(Self.parts(rows, properties: "<workbookPr date1904=\"1\"/>"))
    #expect(got.text == "1904-01-01\n")
  }

  @Test func `a sheet may be named, a hidden one too`() throws {
    #expect(try read(Self.parts("", hidden: true), sheet: "Notes").text.isEmpty)
  }

  @Test(arguments: ["xl/sharedStrings.xml", "xl/worksheets/s2.xml", "xl/styles.xml"])
  func `a workbook without one of its parts is damaged`(part: String) throws {
    var parts = Self.parts("<row><c t=\"s\"><v>0</v></c></row>", strings: "<si><t>x</t></si>")
    parts[part] = nil
    let error = #expect(throws: BytesError.self) { try read(parts) }
    #expect(error?.code == "compressed-damaged")
  }

  @Test func `a part that is no XML, or declares entities, is damaged`() throws {
    for text in ["<worksheet>", "<!DOCTYPE a [<!ENTITY b \"c\">]><worksheet/>"] {
      var parts = Self.parts("")
      parts["xl/worksheets/s2.xml"] = text
      let error = #expect(throws: BytesError.self) { try read(parts) }
      #expect(error?.message.contains("xl/worksheets/s2.xml") == true)
    }
  }

  @Test(arguments: ["1048577", "5896585027111849529", "9223372036854775807"])
  func `a row behind the last that a sheet can have is damaged, and fills nothing up`(row: String)
    throws
  {
    let rows = "<row r=\"\(row)\"><c><v>1</v></c></row><row><c><v>2</v></c></row>"
    #expect(throws: BytesError.self) { try read(Self.parts(rows)) }
  }

  @Test func `the last row that a sheet can have is read`() throws {
    let found = try read(Self.parts("<row r=\"1048576\"><c><v>1</v></c></row>"))
    #expect(found.text == String(repeating: "\n", count: 1_048_575) + "1\n")
  }

  @Test func `a text that is not there, or a row out of order, is damaged`() throws {
    for rows in [
      "<row><c t=\"s\"><v>9</v></c></row>",
      "<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"A2\"><v>1</v></c></row>",
    ] {
      #expect(throws: BytesError.self) { try read(Self.parts(rows)) }
    }
  }
}
