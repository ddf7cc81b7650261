import ArgumentParser
import Files
import Ledger
import Mill
import Settings

/// Takes a held drop as it is.
struct Release: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Takes held drops as they are: records that do not fit are rejected.",
    discussion: """
      Name a drop by its path in _held, by the id in its receipt, or by its name.

      Examples:
        dropmill release inbox/_held/orders/2026-11-24.csv
        dropmill release 19ab7c3d2f000001
      """
  )

  @OptionGroup var held: HeldOptions

  func run() throws { try held.run(.release) }
}

/// Lets a held drop go.
struct Discard: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lets held drops go: nothing of them is published, the files are kept in _done."
  )

  @OptionGroup var held: HeldOptions

  func run() throws { try held.run(.discard) }
}

/// Looks at a held drop again.
struct Retry: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Looks at held drops again, after settings or their feed have changed."
  )

  @OptionGroup var held: HeldOptions

  func run() throws { try held.run(.retry) }
}

/// Which held drops, and where they lie.
struct HeldOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("The drops.", valueName: "drop"))
  var drops: [String]

  @OptionGroup var folders: NamedFolders

  func run(_ request: DropRequest) throws {
    try folders.settle(request, drops)
  }
}

/// The folders of commands whose arguments are something else.
struct NamedFolders: ParsableArguments {
  @Option(help: ArgumentHelp("The folder that people drop into; else inbox.", valueName: "dir"))
  var inbox: String?

  @Option(help: ArgumentHelp("The folder that targets read; else outbox.", valueName: "dir"))
  var outbox: String?

  @OptionGroup var state: StateOption

  @OptionGroup var options: SettingsOptions

  /// The folders and feeds in force.
  func settings() throws -> MillSettings {
    let named = [("inbox", inbox), ("outbox", outbox)].compactMap { key, value in
      value.map { Settings.Option(key: key, value: $0, spelling: "--\(key)") }
    }
    let stated = try options.read(
      standardFile: Watch.settingsFile,
      options: named + state.options
    )
    return MillSettings(stated)
  }

  /// Settles held drops, tells what became of each, and ends as `watch` would.
  func settle(_ request: DropRequest, _ drops: [String], of feed: String? = nil) throws {
    try MillError.told {
      let settled = try StateAccess.settle(
        request,
        drops,
        of: feed,
        by: Environment.user,
        settings()
      ) { $0.lines.forEach(Talk.say) }
      for drop in settled { MillEvent.settled(drop).lines.forEach(Talk.say) }
      let exitCode = MillSummary(settled).exitCode
      if exitCode != 0 { throw ExitCode(exitCode) }
    }
  }
}

extension MillError {
  /// Runs work of the mill; its errors are said, and end the command with their exit codes.
  static func told<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch let error as MillError {
      Talk.say("dropmill: \(error)")
      throw ExitCode(error.exitCode)
    }
  }
}
