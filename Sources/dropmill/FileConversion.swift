import ArgumentParser
import Canonical
import Conversion
import Detection
import Files
import Formats
import Records
import Settings

/// What became of one file, with what is to be said of it.
struct FileOutcome: Sendable {
  /// Lines for people, in order.
  var messages: [String] = []
  /// The status where something went wrong with it.
  var status: ExitCode?
  /// The columns' canonical names, in the source's order.
  var names: [String] = []
  /// What the source calls them; the canonical names where it has no columns.
  var titles: [String] = []
}

/// A sink that keeps the rejects of the file under way.
protocol FileSink: RecordSink {
  /// Records of the file under way that could not be converted.
  var rejects: [Reject] { get }
}

/// One file's way through the converter.
struct FileConversion: Sendable {
  private let converter: Converter
  private let feeds: Settings
  private let isQuiet: Bool
  /// What is stated of each file, where that is the same for all.
  private let statement: Statement?

  /// Conversions by what is stated in `feeds`, without remarks where they are to be quiet.
  init(settings: ConversionSettings, feeds: Settings, isQuiet: Bool) {
    converter = Converter(settings: settings)
    self.feeds = feeds
    self.isQuiet = isQuiet
    statement = feeds.isSameForAll ? feeds.settings(ofFeed: "").statement : nil
  }

  /// Converts an open file; where it can't be, the sink is left without any of it.
  ///
  /// - Throws: what the sink throws.
  func run(_ source: borrowing SourceFile, into sink: any FileSink) throws -> FileOutcome {
    do throws(ConversionError) {
      let name = source.name
      let report = try source.file.withRaw { (descriptor) throws(ConversionError) in
        try converter.convert(
          descriptor: descriptor,
          name: name,
          known: nil,
          statement: statement ?? feeds.statement(ofFileNamed: name),
          sink: sink
        )
      }
      var outcome = FileOutcome()
      if !isQuiet { outcome.messages = Self.remarks(report, of: source.shownName) }
      outcome.messages += Self.rejections(sink.rejects, of: source.shownName)
      if !sink.rejects.allSatisfy(\.code.isSetAside) { outcome.status = ExitStatus.rejected }
      outcome.names = report.names
      outcome.titles = report.names
      if case .delimited(let layout) = report.findings.layout { outcome.titles = layout.names }
      return outcome
    } catch .sink(let error) {
      throw error
    } catch {
      try sink.restart()
      let place = error.place.map { ":\($0.line)\($0.column > 0 ? ":\($0.column)" : "")" } ?? ""
      let message = "\(source.shownName)\(place): \(error.code): \(error.message)"
      return FileOutcome(messages: [message], status: ExitStatus.badData)
    }
  }

  /// A file that could not be opened.
  static func failure(_ error: FileError) -> FileOutcome {
    FileOutcome(messages: ["dropmill: \(error)"], status: ExitCode(error.exitCode))
  }

  private static func remarks(_ report: ConversionReport, of name: String) -> [String] {
    report.warnings.map { "\(name): \($0)" }
      + report.nullWords.map {
        "\(name): “\($0.word)” in “\($0.name)” is a null, \($0.count) times."
      }
      + report.findings.uncertain.map {
        "\(name): uncertain: \($0.what) “\($0.answer)”\($0.remarks.map { "; \($0)" }.joined())"
      }
      + report.doubts.map { "\(name): “\($0.name)” stays text. \($0.doubt.advice)" }
      + repairs(report, of: name)
  }

  /// Names the repairs: at most twenty, then how many more.
  private static func repairs(_ report: ConversionReport, of name: String) -> [String] {
    var messages = report.repairs.prefix(20).map { repair in
      let codes = repair.kinds.map(\.rawValue).joined(separator: ", ")
      return "\(name):\(repair.line): repaired: \(codes)"
    }
    if report.recordsRepaired > 20 {
      messages.append("\(name): repaired: \(report.recordsRepaired - 20) more records")
    }
    return messages
  }

  /// Names the rejects: at most twenty of a kind, then how many more.
  private static func rejections(_ rejects: [Reject], of name: String) -> [String] {
    var messages: [String] = []
    var counts: [RejectCode: Int] = [:]
    for reject in rejects {
      let count = counts[reject.code, default: 0] + 1
      counts[reject.code] = count
      if count > 20 { continue }
      let column = reject.column > 0 ? ":\(reject.column)" : ""
      messages.append("\(name):\(reject.line)\(column): \(reject.code.rawValue): \(reject.found)")
    }
    for (code, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where count > 20 {
      messages.append("\(name): \(code.rawValue): \(count - 20) more records like these")
    }
    return messages
  }
}
