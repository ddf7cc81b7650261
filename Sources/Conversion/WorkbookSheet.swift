import Bytes
import Detection
import Formats

/// The sheet of a workbook that is read as the drop's content.
struct WorkbookSheet {
  /// The sheet's rows as delimited text.
  let stream: HeadStream

  private let name: String
  private let isStated: Bool
  private let others: [String]
  private let uncalculated: Int

  /// The sheet of the workbook open at `descriptor`; nil where it is no workbook.
  ///
  /// - Throws: `FormatError.sheetNotFound` where it has none of the stated name.
  init?(
    _ descriptor: Int32,
    head: HeadStream,
    stated: String?,
    limits: InflateLimits
  ) throws(ConversionError) {
    let found: (workbook: Workbook, sheet: (String, any ByteStream, SheetExtent)?)?
    do {
      found = try Self.find(descriptor, head, stated, limits)
    } catch {
      throw .bytes(error)
    }
    guard let found else { return nil }
    guard let sheet = found.sheet else {
      guard let stated else { return nil }
      throw .format(.sheetNotFound(name: stated, sheets: found.workbook.sheets))
    }
    stream = HeadStream(sheet.1)
    name = sheet.0
    isStated = stated != nil
    others = found.workbook.sheets.filter { $0 != sheet.0 }
    uncalculated = sheet.2.uncalculated
  }

  private static func find(
    _ descriptor: Int32,
    _ head: HeadStream,
    _ stated: String?,
    _ limits: InflateLimits
  ) throws(BytesError) -> (Workbook, (String, any ByteStream, SheetExtent)?)? {
    // Safe: the head is looked at before anything is read.
    guard unsafe ZipArchive.begins(head.head), ZipArchive.isReadable(descriptor) else { return nil }
    let archive = try ZipArchive(descriptor: descriptor)
    guard Workbook.isWorkbook(archive) else { return nil }
    let workbook = try Workbook(archive, limits: limits)
    guard let sheet = try workbook.text(ofSheet: stated) else { return (workbook, nil) }
    return (workbook, (sheet.name, sheet.stream, sheet.cells))
  }

  /// Says which sheet it is, and what of the workbook is not read.
  func add(to findings: inout Findings) {
    findings.sheet = name
    let evidence = isStated ? "stated" : "the first sheet that holds a value"
    var finding = Finding("workbook", name, evidence: [evidence])
    if !others.isEmpty, !isStated {
      finding.confidence = 0.9
      finding.doubts.append(
        "not read: \(others.joined(separator: ", ")); state `sheet`, or save each in a file"
      )
    }
    if uncalculated > 0 {
      finding.doubts.append(
        "\(uncalculated) formulas were never calculated and hold no value: open the workbook in a "
          + "spreadsheet program and save it"
      )
    }
    findings.steps.insert(finding, at: 0)
  }
}
