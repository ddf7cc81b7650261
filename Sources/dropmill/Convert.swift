import ArgumentParser
import Conversion
import Files
import Identity
import Settings

/// Files to canonical lines, without any state: the unix filter.
struct Convert: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Converts files to canonical JSON lines, without any state.",
    discussion: """
      Examples:
        dropmill convert orders.csv.gz
        dropmill convert -o all.ndjson orders-*.csv
        dropmill convert --to csv --types text messy.txt -o clean.csv
        dropmill convert --delimiter ';' --decimal-mark comma orders.csv
        curl -s https://shop.example/export | dropmill convert -

      Nothing of a file is written before all of it is proven. Records that cannot be read are \
      named on standard error; the exit code is then 1. So are records that were repaired, and rows \
      that are none (a total below the table, its header once more): these leave it 0.
      """
  )

  /// Options that take the argument behind them.
  static let valuedOptions =
    SettingsOptions.valuedOptions.union(ReadingOptions.valuedOptions)
    .union(["-o", "--output", "--to", "--types", "--threads"])

  @Argument(help: "The files; - is standard input.")
  var files: [String] = ["-"]

  @Option(name: .shortAndLong, help: "The file to write; standard output where none is named.")
  var output: String?

  @Option(help: "jsonl: canonical lines; csv: one table, with a header, as RFC 4180 has it.")
  var to: Form = .jsonl

  @Option(help: "proven: types that every value of a column allows; text: no types.")
  var types: Types = .proven

  @Option(help: "Threads that convert.")
  var threads: Int?

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var stated: SettingsOptions

  @Flag(help: "Leave out records that came before, in the same file or in an earlier one.")
  var dedup = false

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  /// What the records are written as.
  enum Form: String, ExpressibleByArgument, CaseIterable {
    case jsonl
    case csv
  }

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
    do {
      if let status = try work(feeds) { throw status }
    } catch let error as FileError {
      Talk.say("dropmill: \(error)")
      throw ExitCode(error.exitCode)
    } catch let error as IdentityError {
      Talk.say("dropmill: \(error.message)")
      throw ExitCode(error.exitCode)
    }
  }

  /// Converts all files and puts the lines in their place; the gravest status.
  private func work(_ feeds: Settings) throws -> ExitCode? {
    let output = try ConvertOutput(path: self.output, dropsRepeats: dedup, isTable: to == .csv)
    var settings = ConversionSettings()
    settings.typing = types == .text ? .text : .proven
    settings.key = output.key
    if let threads = threads ?? feeds.house.threads { settings.workers = threads }
    do {
      let worst = try convert(settings, feeds, output)
      try output.finish()
      if output.repeats > 0, !quiet {
        Talk.say("\(output.repeats) records came before and were left out.")
      }
      return worst
    } catch {
      try? output.discard()
      throw error
    }
  }

  /// Converts all files into `output`; the gravest status.
  private func convert(
    _ settings: ConversionSettings,
    _ feeds: Settings,
    _ output: ConvertOutput
  ) throws -> ExitCode? {
    let conversion = FileConversion(settings: settings, feeds: feeds, isQuiet: quiet)
    var worst: ExitCode?
    var ahead: FilesAhead?
    if files.count > 1 && settings.workers > 1 {
      ahead = FilesAhead(files, threads: settings.workers) {
        FileConversion(settings: settings.onOneThread, feeds: feeds, isQuiet: quiet)
      }
    }
    defer { ahead?.stop() }
    for path in files {
      output.begin()
      let held = ahead?.take()
      let outcome: FileOutcome
      if let held, let known = held.outcome {
        try output.accept(held)
        outcome = known
      } else {
        outcome = try convert(path, conversion, output)
      }
      output.end(outcome, spelled: types == .text)
      outcome.messages.forEach(Talk.say)
      if let status = outcome.status { worst = .max(worst ?? status, status) }
    }
    return worst
  }

  private func convert(
    _ path: String,
    _ conversion: FileConversion,
    _ output: ConvertOutput
  ) throws -> FileOutcome {
    let source: SourceFile
    do throws(FileError) {
      source = try SourceFile(path: path)
    } catch {
      return FileConversion.failure(error)
    }
    return try conversion.run(source, into: output)
  }
}

extension ExitCode {
  /// The graver of two statuses: bad data before rejects.
  fileprivate static func max(_ one: ExitCode, _ other: ExitCode) -> ExitCode {
    one.rawValue > other.rawValue ? one : other
  }
}
