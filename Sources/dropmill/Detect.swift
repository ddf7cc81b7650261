import ArgumentParser
import Bytes
import Canonical
import Conversion
import Detection
import Files
import Records
import Settings

/// What files are, how that is known, and what would have to be said to settle each doubt.
struct Detect: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what files are, how that is known, and what is in doubt.",
    discussion: """
      Examples:
        dropmill detect export.csv
        dropmill detect --json exports/*

      Types and counts are proven on the whole file, as they would be in a batch.
      """
  )

  @Argument(help: "The files; - is standard input.")
  var files: [String]

  @Flag(help: "One line of JSON a file.")
  var json = false

  @Flag(help: "Look at the beginning alone: no types, no counts, no sample.")
  var headOnly = false

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var stated: SettingsOptions

  func run() throws {
    let feeds = try stated.read(standardFile: nil, options: reading.options)
    let converter = Converter(settings: ConversionSettings())
    var worst: ExitCode?
    let output = try File.standardOutput()
    for (index, path) in files.enumerated() {
      let (text, status) = describe(path, feeds, converter)
      if !json && index > 0 { try output.write(Array("\n".utf8)) }
      try output.write(Array(text.utf8))
      if let status { worst = worst ?? status }
    }
    if let worst { throw worst }
  }

  private func describe(
    _ path: String,
    _ feeds: Settings,
    _ converter: Converter
  ) -> (String, ExitCode?) {
    let shown = PathParts(path).name
    do throws(FileError) {
      let source = try SourceFile(path: path)
      let name = source.name
      do throws(ConversionError) {
        let sample = Sample()
        let statement = feeds.statement(ofFileNamed: name)
        let found = try source.file.withRaw { (descriptor) throws(ConversionError) in
          let findings = try converter.detect(
            descriptor: descriptor,
            name: name,
            statement: statement
          )
          if headOnly { return Found(findings: findings, report: nil) }
          let report = try converter.convert(
            descriptor: descriptor,
            name: name,
            known: nil,
            statement: statement,
            sink: sample
          )
          return Found(findings: report.findings, report: report)
        }
        return (show(found, sample, shown, source.shownName), nil)
      } catch {
        return (failure(shown, source.shownName, error), ExitStatus.badData)
      }
    } catch {
      Talk.say("dropmill: \(error)")
      return ("", ExitCode(error.exitCode))
    }
  }

  private struct Found {
    var findings: Findings
    var report: ConversionReport?
  }

  private func show(
    _ found: Found,
    _ sample: Sample,
    _ name: [UInt8],
    _ shownName: String
  ) -> String {
    if json {
      return found.findings.json(
        file: String(decoding: name, as: UTF8.self),
        records: found.report.map { $0.recordsRead - $0.rowsSetAside },
        rejected: found.report.map { $0.recordsRejected - $0.rowsSetAside },
        repaired: found.report?.recordsRepaired,
        setAside: found.report?.rowsSetAside,
        columns: found.report?.names,
        types: found.report.map { report in
          report.names.map { report.schema.type(of: $0)?.name ?? ColumnType.empty.name }
        },
        more: found.report.map { ColumnTable($0, sample.profiles).members + sample.members } ?? []
      ) + "\n"
    }
    var text = "\(shownName)\n\n" + found.findings.table(width: File.terminalWidth)
    guard let report = found.report else { return text }
    text += "\n" + ColumnTable(report, sample.profiles).text(width: File.terminalWidth)
    text += "\n\(report.recordsRead - report.rowsSetAside) records"
    let rejected = report.recordsRejected - report.rowsSetAside
    if rejected > 0 { text += ", \(rejected) of them rejected" }
    if report.recordsRepaired > 0 { text += ", \(report.recordsRepaired) repaired" }
    text += sample.lines.isEmpty ? "\n" : ". The first, as they will come out:\n\n"
    for line in sample.lines { text += "  " + Talk.printable(line) + "\n" }
    return text + rejects(sample.rejects) + repairs(of: report)
  }

  /// What was left out, and what is no record: the first of each reason.
  private func rejects(_ counts: [RejectCode: (count: Int, line: UInt64)]) -> String {
    var text = counts.isEmpty ? "" : "\nLeft out:\n\n"
    for (code, found) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let note = code.isSetAside ? "no record" : "rejected"
      text += "  \(code.rawValue)  \(found.count), the first in line \(found.line): \(note)\n"
    }
    return text
  }

  /// The first repairs, with the fields before and after.
  private func repairs(of report: ConversionReport) -> String {
    var text = report.repairs.isEmpty ? "" : "\nRepaired:\n\n"
    for repair in report.repairs.prefix(3) {
      text +=
        "  line \(repair.line): " + repair.kinds.map(\.rawValue).joined(separator: ", ") + "\n"
      for (label, fields) in [("was", repair.before), ("is ", repair.after)] {
        let shown = fields.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " │ ")
        text += "    \(label) " + Talk.printable(shown) + "\n"
      }
    }
    return text
  }

  private func failure(_ name: [UInt8], _ shownName: String, _ error: ConversionError) -> String {
    let place = error.place.map { ":\($0.line)\($0.column > 0 ? ":\($0.column)" : "")" } ?? ""
    let message = "\(shownName)\(place): \(error.code): \(error.message)"
    if !json { return message + "\n" }
    let file = Findings.quote(String(decoding: name, as: UTF8.self))
    return "{\"file\":\(file),\"error\":\(Findings.quote(message))}\n"
  }
}

/// Keeps the first lines, and looks at the values as they came.
private final class Sample: RecordSink {
  /// Rows of which every value is looked at; of those behind them every sixteenth.
  private static let profiledRows = 200_000

  private(set) var lines: [String] = []
  private(set) var rejects: [RejectCode: (count: Int, line: UInt64)] = [:]
  /// What the columns look like, in the rows' order.
  private(set) var profiles: [ColumnProfile] = []
  private var rows = 0

  func restart() {
    lines = []
    rejects = [:]
    profiles = []
    rows = 0
  }

  func look(at rows: RowBlock, names: [String]) {
    while profiles.count < names.count {
      profiles.append(ColumnProfile(name: names[profiles.count]))
    }
    let step = self.rows < Self.profiledRows ? 1 : 16
    for index in profiles.indices { profiles[index].add(rows, column: index, step: step) }
    self.rows += rows.count
  }

  func accept(_ block: CanonicalBlock) {
    for reject in block.rejects {
      rejects[reject.code, default: (count: 0, line: reject.line)].count += 1
    }
    guard lines.count < 3, block.count > 0 else { return }
    var bytes: [UInt8] = []
    block.append(to: &bytes)
    let more = bytes.split(separator: 0x0A, maxSplits: 3).prefix(3 - lines.count)
    lines += more.map { String(decoding: $0, as: UTF8.self) }
  }

  /// The sample as a member of JSON: the lines are JSON as they stand.
  var members: [(String, String)] { [("sample", Findings.array(lines))] }
}
