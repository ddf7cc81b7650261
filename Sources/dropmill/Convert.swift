import ArgumentParser
import Canonical
import Conversion
import Files
import Records
import Settings

/// Files to canonical lines, without any state: the unix filter.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Converts files to canonical JSON lines, without any state.",
    discussion: """
      Examples:
        dropmill convert orders.csv.gz
        dropmill convert -o all.ndjson orders-*.csv
        dropmill convert --delimiter ';' --decimal-mark comma orders.csv
        curl -s https://shop.example/export | dropmill convert -

      Nothing of a file is written before all of it is proven. Records that cannot be read are \
      named on standard error; the exit code is then 1.
      """
  )

  /// Options that take the argument behind them.
  static let valuedOptions =
    SettingsOptions.valuedOptions.union(ReadingOptions.valuedOptions)
    .union(["-o", "--output", "--types", "--threads"])

  @Argument(help: "The files; - is standard input.")
  var files: [String] = ["-"]

  @Option(name: .shortAndLong, help: "The file to write; standard output where none is named.")
  var output: String?

  @Option(help: "proven: types that every value of a column allows; text: no types.")
  var types: Types = .proven

  @Option(help: "Threads that convert.")
  var threads: Int?

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var stated: SettingsOptions

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  /// How columns are typed.
  enum Types: String, ExpressibleByArgument, CaseIterable {
    case proven
    case text
  }

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is at least 1.") }
    if files.contains("-"), files.count > 1 {
      throw ValidationError("Standard input (-) goes alone: name files, or pipe one in.")
    }
  }

  func run() throws {
    let feeds = try stated.read(standardFile: nil, options: reading.options)
    var settings = ConversionSettings()
    settings.typing = types == .text ? .text : .proven
    if let threads = threads ?? feeds.house.threads { settings.workers = threads }
    let converter = Converter(settings: settings)
    let output = ConvertOutput(path: self.output)
    var worst: ExitCode?
    do {
      for path in files {
        if let status = try convert(path, feeds, converter, output) {
          worst = .max(worst ?? status, status)
        }
      }
      try output.finish()
    } catch let error as FileError {
      try? output.discard()
      Talk.say("dropmill: \(error)")
      throw ExitCode(error.exitCode)
    }
    if let worst { throw worst }
  }

  /// Converts one file; the status where something went wrong with it.
  private func convert(
    _ path: String,
    _ feeds: Settings,
    _ converter: Converter,
    _ output: ConvertOutput
  ) throws -> ExitCode? {
    output.begin()
    let source: SourceFile
    do throws(FileError) {
      source = try SourceFile(path: path)
    } catch {
      Talk.say("dropmill: \(error)")
      return ExitCode(error.exitCode)
    }
    do throws(ConversionError) {
      let name = source.name
      let report = try source.file.withRaw { (descriptor) throws(ConversionError) in
        try converter.convert(
          descriptor: descriptor,
          name: name,
          known: nil,
          statement: feeds.statement(ofFileNamed: name),
          sink: output
        )
      }
      if !quiet {
        for warning in report.warnings { Talk.say("\(source.shownName): \(warning)") }
        for null in report.nullWords {
          Talk.say(
            "\(source.shownName): “\(null.word)” in “\(null.name)” is a null, \(null.count) times."
          )
        }
        for open in report.doubts {
          Talk.say("\(source.shownName): “\(open.name)” stays text. \(open.doubt.advice)")
        }
      }
      tell(output.rejects, of: source.shownName)
      return report.recordsRejected > 0 ? ExitStatus.rejected : nil
    } catch .sink(let error as FileError) {
      throw error
    } catch {
      try output.restart()
      let place = error.place.map { ":\($0.line)\($0.column > 0 ? ":\($0.column)" : "")" } ?? ""
      Talk.say("\(source.shownName)\(place): \(error.code): \(error.message)")
      return ExitStatus.badData
    }
  }

  /// Names the rejects: at most twenty of a kind, then how many more.
  private func tell(_ rejects: [Reject], of name: String) {
    var counts: [RejectCode: Int] = [:]
    for reject in rejects {
      let count = counts[reject.code, default: 0] + 1
      counts[reject.code] = count
      if count > 20 { continue }
      let column = reject.column > 0 ? ":\(reject.column)" : ""
      Talk.say("\(name):\(reject.line)\(column): \(reject.code.rawValue): \(reject.found)")
    }
    for (code, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) where count > 20 {
      Talk.say("\(name): \(code.rawValue): \(count - 20) more records like these")
    }
  }
}

extension ExitCode {
  /// The graver of two statuses: bad data before rejects.
  fileprivate static func max(_ one: ExitCode, _ other: ExitCode) -> ExitCode {
    one.rawValue > other.rawValue ? one : other
  }
}
