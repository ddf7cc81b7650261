import ArgumentParser

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

  @Option(name: .shortAndLong, help: "The file to write; - or none is standard output.")
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

  func run() throws { try asked.run() }

  /// What the arguments ask for.
  var asked: ConvertRun {
    var run = ConvertRun(files: files)
    run.output = output == "-" ? nil : output
    run.to = to
    run.types = types
    run.threads = threads
    run.dropsRepeats = dedup
    run.isQuiet = quiet
    run.reading = reading.options
    run.stated = stated.plain
    return run
  }
}
