import TestKit
import Testing

/// Workbooks of two sheets, packed by Python.
@Suite struct `A workbook's sheet` {
  private static let script = """
    import sys, zipfile
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    def sheet(name):
        rows = "".join(f"<row><c t='inlineStr'><is><t>{a}</t></is></c><c><v>{b}</v></c></row>"
                       for a, b in ((name, 1), ("x", 2)))
        head = "<row><c t='inlineStr'><is><t>a</t></is></c><c t='inlineStr'><is><t>b</t></is></c></row>"
        return f"<worksheet><sheetData>{head}{rows}</sheetData></worksheet>"
    names = ("First", "Orders 2026")
    with zipfile.ZipFile(sys.argv[1], "w") as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("_rels/.rels", f"<Relationships><Relationship Id='r1' Type='{relation}/officeDocument' "
                   "Target='xl/workbook.xml'/></Relationships>")
        z.writestr("xl/workbook.xml", f"<workbook xmlns:r='{relation}'><sheets>" + "".join(
            f"<sheet name='{n}' sheetId='{k}' r:id='r{k}'/>" for k, n in enumerate(names)) + "</sheets></workbook>")
        z.writestr("xl/_rels/workbook.xml.rels", "<Relationships>" + "".join(
            f"<Relationship Id='r{k}' Type='x/worksheet' Target='s{k}.xml'/>" for k in (0, 1)) + "</Relationships>")
        for k, n in enumerate(names):
            z.writestr(f"xl/s{k}.xml", sheet(n))
    """

  private func convert(_ words: [String]) throws -> (lines: [String], status: Int32, error: String)
  {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/book.xlsx"
    _ = try Command.run("python3", ["-c", Self.script, path])
    let ending = try Command.run(Places.dropmill, ["convert"] + words + [path])
    withExtendedLifetime(folder) {}
    return (ending.lines, ending.status, ending.errorText)
  }

  @Test func `is the one that is stated`() throws {
    #expect(try convert([]).lines == [#"{"a":"First","b":1}"#, #"{"a":"x","b":2}"#])
    let stated = try convert(["--sheet", "Orders 2026"])
    #expect(stated.lines == [#"{"a":"Orders 2026","b":1}"#, #"{"a":"x","b":2}"#])
  }

  @Test func `is named among those there are where it is not there`() throws {
    let missing = try convert(["--sheet", "Orders"])
    #expect(missing.status == 65)
    #expect(missing.error.contains("sheet-not-found: The workbook has no sheet “Orders”."))
    #expect(missing.error.contains("It has: “First”, “Orders 2026”."))
  }
}
