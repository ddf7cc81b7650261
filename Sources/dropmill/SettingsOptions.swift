import ArgumentParser
import Files
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

  /// The settings in force.
  ///
  /// - Parameters:
  ///   - standardFile: the file that is read where none is named; nil: none.
  ///   - options: what other options of the command state.
  /// - Returns: the settings.
  /// - Throws: `ExitCode` 78, after every problem was named.
  func read(standardFile: String?, options: [Settings.Option] = []) throws -> Settings {
    do throws(SettingsErrors) {
      return try load(standardFile: standardFile, options: options)
    } catch {
      for problem in error.problems { Talk.say("dropmill: \(problem)") }
      throw ExitStatus.settings
    }
  }

  /// The settings as they are now, without a word where they are wrong.
  func load(
    standardFile: String?,
    options: [Settings.Option]
  ) throws(SettingsErrors) -> Settings {
    try Settings.read(
      file: try Self.file(path(standardFile)),
      environment: Environment.variables,
      options: options + Self.split(stated)
    )
  }

  /// The settings file; nil where there is none.
  func path(_ standardFile: String?) -> (path: String, isNamed: Bool)? {
    if let named = config ?? Files.environmentValue("DROPMILL_CONFIG") { return (named, true) }
    return standardFile.map { ($0, false) }
  }

  private static func file(
    _ place: (path: String, isNamed: Bool)?
  ) throws(SettingsErrors) -> (path: String, text: String)? {
    guard let place else { return nil }
    let parts = PathParts(place.path)
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try Directory(path: parts.folder).read(parts.name).bytes()
    } catch {
      if error.exitCode == 66, !place.isNamed { return nil }
      throw SettingsErrors([.unreadable(path: place.path, found: "\(error)")])
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SettingsErrors([.unreadable(path: place.path, found: "it is not UTF-8. Save it so.")])
    }
    return (place.path, text)
  }

  private static func split(_ stated: [String]) -> [Settings.Option] {
    stated.map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return Settings.Option(
        key: String(parts[0]),
        value: parts.count > 1 ? String(parts[1]) : "",
        spelling: "--set \(text)"
      )
    }
  }
}

/// Options for what is most often stated of a file; `--set` states the rest.
struct ReadingOptions: ParsableArguments {
  /// Options that take the argument behind them.
  static let valuedOptions: Set<String> = [
    "--format", "--encoding", "--delimiter", "--quote", "--header", "--skip", "--records",
    "--sheet", "--names",
    "--decimal-mark", "--date-order", "--time-zone",
  ]

  @Option(help: "csv, json, ndjson or xml; detected where it is not stated, as all that follows.")
  var format: String?

  @Option(help: "The encoding, such as windows-1252.")
  var encoding: String?

  @Option(help: "What stands between fields: a sign, or a word such as tab.")
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
    let values: [(String, String?)] = [
      ("format", format), ("encoding", encoding), ("delimiter", delimiter), ("quote", quote),
      ("header", header), ("skip", skip), ("records", records), ("sheet", sheet), ("names", names),
      ("decimal-mark", decimalMark), ("date-order", dateOrder), ("time-zone", timeZone),
    ]
    return values.compactMap { key, value in
      value.map { Settings.Option(key: key, value: $0, spelling: "--\(key)") }
    }
  }
}
