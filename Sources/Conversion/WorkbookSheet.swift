import Bytes
import Detection
import Formats

/// The sheet of a workbook that is read as the drop's content.
struct WorkbookSheet {
  /// The sheet's rows as delimited text.
  let stream: HeadStream

  private let name: String
  private let others: [String]
  private let uncalculated: Int

  /// The sheet of the workbook open at `descriptor`; nil where it is no workbook.
  init?(
    _ descriptor: Int32,
    head: HeadStream,
    limits: InflateLimits
  ) throws(BytesError) {
    // Safe: the head is looked at before anything is read.
    guard unsafe ZipArchive.begins(head.head), ZipArchive.isReadable(descriptor) else { return nil }
    let archive = try ZipArchive(descriptor: descriptor)
    guard Workbook.isWorkbook(archive) else { return nil }
    let workbook = try Workbook(archive, limits: limits)
    guard let sheet = try workbook.text() else { return nil }
    stream = HeadStream(sheet.stream)
    name = sheet.name
    others = workbook.sheets.filter { $0 != sheet.name }
    uncalculated = sheet.cells.uncalculated
  }

  /// Says which sheet it is, and what of the workbook is not read.
  func add(to findings: inout Findings) {
    findings.sheet = name
    var finding = Finding("workbook", name, evidence: ["the first sheet that holds a value"])
    if !others.isEmpty {
      finding.confidence = 0.9
      finding.doubts.append("not read: \(others.joined(separator: ", ")); save each in a file")
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
