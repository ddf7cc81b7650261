import ArgumentParser
import Settings

/// The options by which every command is told about settings.
struct SettingsOptions: ParsableArguments {
  /// Options that take the argument behind them.
  static let valuedOptions: Set<String> = ["--config", "--set"]

  @Option(help: ArgumentHelp("The settings file.", valueName: "file"))
  var config: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "A setting, such as decimal-mark=comma; as often as needed.",
      valueName: "key=value"
    )
  )
  var stated: [String] = []

  /// What they say.
  var plain: StatedSettings { StatedSettings(config: config, stated: stated) }

  /// The settings in force; see `StatedSettings`.
  func read(standardFile: String?, options: [Settings.Option] = []) throws -> Settings {
    try plain.read(standardFile: standardFile, options: options)
  }
}

/// Options for what is most often stated of a file; `--set` states the rest.
struct ReadingOptions: ParsableArguments {
  /// Options that take the argument behind them.
  static let valuedOptions = Set(properties.map { "--\($0.key)" })

  private static let properties: [(key: String, path: any KeyPath<Self, String?> & Sendable)] = [
    ("format", \.format), ("encoding", \.encoding), ("delimiter", \.delimiter),
    ("quote", \.quote), ("header", \.header), ("skip", \.skip), ("records", \.records),
    ("sheet", \.sheet), ("names", \.names), ("decimal-mark", \.decimalMark),
    ("date-order", \.dateOrder), ("time-zone", \.timeZone),
  ]

  @Option(help: "csv, json, ndjson or xml; detected where it is not stated, as all that follows.")
  var format: String?

  @Option(help: "The encoding, such as windows-1252.")
  var encoding: String?

  @Option(help: "What stands between fields: a sign, a word such as tab, or none.")
  var delimiter: String?

  @Option(help: "What fields are quoted with, or none.")
  var quote: String?

  @Option(help: "Rows of the header, or none.")
  var header: String?

  @Option(help: "Lines before the header.")
  var skip: String?

  @Option(help: "Where the records lie: data.items, export/item.")
  var records: String?

  @Option(help: "The sheet of a workbook, by its name.")
  var sheet: String?

  @Option(help: "source or snake_case.")
  var names: String?

  @Option(help: "point or comma.")
  var decimalMark: String?

  @Option(help: "dmy, mdy or ymd.")
  var dateOrder: String?

  @Option(help: "The zone of times without one, such as Europe/Berlin.")
  var timeZone: String?

  /// What is stated.
  var options: [Settings.Option] {
    Self.properties.compactMap { key, path in
      self[keyPath: path].map { Settings.Option(key: key, value: $0, spelling: "--\(key)") }
    }
  }
}
