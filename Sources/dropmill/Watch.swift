import ArgumentParser
import Conversion
import Files
import Identity
import Mill
import Settings

/// The main job: everything that is dropped becomes batches, until it is stopped.
struct Watch: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turns what is dropped into INBOX into batches in OUTBOX, until stopped.",
    discussion: """
      A sub-folder of INBOX is a feed; a file in INBOX itself belongs to the feed
      that its name says, without dates, numbers and extensions. What became of a
      drop lies in INBOX/_done, INBOX/_held and INBOX/_rejected.

      Examples:
        dropmill watch
        dropmill watch /srv/drop /srv/out --state /var/lib/dropmill
        dropmill watch --once       settle what is there and end: for cron

      SIGHUP reads the settings of feeds again; while they are wrong, the earlier ones hold, and
      `dropmill status` says why.
      """
  )

  /// The settings file where none is named.
  static let settingsFile = "dropmill.yaml"

  @OptionGroup var folders: FolderOptions

  @OptionGroup var options: SettingsOptions

  @Option(
    help: ArgumentHelp("Claim nothing while less is free; else 64MiB.", valueName: "bytes")
  )
  var minimumFree: String?

  @Flag(help: "Settle what is there, then end.")
  var once = false

  @Flag(name: .shortAndLong, help: "Say only what went wrong.")
  var quiet = false

  func run() throws {
    let floor = minimumFree.map {
      Settings.Option(key: "minimum-free", value: $0, spelling: "--minimum-free")
    }
    let stated = try options.read(
      standardFile: Watch.settingsFile,
      options: folders.options + [floor].compactMap(\.self)
    )
    var settings = MillSettings(stated)
    settings.once = once
    settings.isConfined = stated.house.isConfined
    let (plain, given) = (options.plain, folders.options)
    // Where the settings file lies: an editor puts a new file in its place.
    settings.readable = plain.path(Watch.settingsFile).map { [PathParts($0.path).folder] } ?? []
    settings.readFeeds = { () throws(SettingsErrors) in
      try plain.load(standardFile: Watch.settingsFile, options: given)
    }
    let (quiet, once, inbox) = (quiet, once, stated.house.inbox)
    let mill = Mill(settings) { event in
      if case .watching = event, !once, !quiet { Talk.say("watching \(inbox): Ctrl-C stops") }
      if !quiet || event.isTrouble { event.lines.forEach(Talk.say) }
    }
    do {
      let summary = try mill.run()
      if summary.signal != nil, !quiet {
        Talk.say("stopped: \(summary.converted) drops converted, \(summary.held) held")
      }
      if summary.exitCode != 0 { throw ExitCode(summary.exitCode) }
    } catch let error as MillError {
      Talk.say("dropmill: \(error)")
      throw ExitCode(error.exitCode)
    }
  }
}

/// Where drops come from, batches go to, and the state lies.
struct FolderOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The folder that people drop into; else inbox.", valueName: "inbox")
  )
  var inbox: String?

  @Argument(help: ArgumentHelp("The folder that targets read; else outbox.", valueName: "outbox"))
  var outbox: String?

  @OptionGroup var state: StateOption

  /// What is stated.
  var options: [Settings.Option] {
    [("inbox", inbox), ("outbox", outbox)].compactMap { key, value in
      value.map { Settings.Option(key: key, value: $0, spelling: "argument \(key)") }
    } + state.options
  }
}

/// Where the state lies.
struct StateOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of the ledger and the fingerprints; else .dropmill.",
      valueName: "dir"
    )
  )
  var state: String?

  /// What is stated.
  var options: [Settings.Option] {
    state.map { [Settings.Option(key: "state", value: $0, spelling: "--state")] } ?? []
  }
}

extension MillSettings {
  /// The folders and feeds of those settings.
  init(_ stated: Settings) {
    self.init(
      inbox: Array(stated.house.inbox.utf8),
      outbox: Array(stated.house.outbox.utf8),
      state: Array(stated.house.state.utf8)
    )
    feeds = stated
    minimumFree = stated.house.minimumFree
    identityMemory = IdentityMemory(ofProcess: stated.house.memory)
    if let threads = stated.house.threads { conversion.workers = threads }
  }
}

extension MillEvent {
  /// The event for people; nothing for what only matters when it is odd.
  var lines: [String] {
    guard let line else { return [] }
    guard case .settled(let drop) = self else { return [line] }
    let uncertain = drop.uncertain.map {
      "  uncertain: \($0.joined(separator: ", ")); the receipt says what would settle it"
    }
    return [line] + [uncertain].compactMap(\.self)
      + drop.commands.map { "  \($0.text): \($0.effect)" }
      + drop.proposals.map { "  \($0)" }
  }

  /// The event as a line; nil for what only matters when it is odd.
  fileprivate var line: String? {
    switch self {
    case .watching(let polling):
      polling.map { "listing the inbox every two seconds: \($0)" }
    case .recovered(let batches, let archived, let again):
      "an earlier run was interrupted: \(batches) batches published, "
        + "\(archived) drops put in their place, \(again) to be converted again"
    case .noticed(let what): what
    case .settled(let drop): drop.line
    case .waiting(let error): "waiting: \(error)"
    case .resumed: "going on"
    }
  }

  fileprivate var isTrouble: Bool {
    switch self {
    case .watching, .recovered: false
    case .noticed, .waiting, .resumed: true
    case .settled(let drop): drop.outcome == .held || drop.rejected > 0
    }
  }
}

extension SettledDrop {
  fileprivate var line: String {
    let name = shown(path)
    switch outcome {
    case .accepted: break
    case .discarded: return "\(name): discarded, kept in _done"
    case .held: return "\(name): held, \(reason ?? ""): \(message ?? "")"
    }
    if let known {
      let batch = known.batch.map { " as batch \($0)" } ?? ""
      return "\(name): already processed on \(known.day)\(batch), 0 new"
    }
    var line = "\(name): \(read) read, \(written) new"
    if duplicates > 0 { line += ", \(duplicates) known already" }
    if let repaired { line += ", \(repaired) repaired" }
    if rejected > 0 { line += ", \(rejected) rejected, see _rejected/\(feed)" }
    return line + (batch.map { ": \($0)" } ?? "")
  }
}
