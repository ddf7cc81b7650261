import ArgumentParser
import Files
import Mill

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
      """
  )

  @Argument(help: ArgumentHelp("The folder that people drop into.", valueName: "inbox"))
  var inbox = "inbox"

  @Argument(help: ArgumentHelp("The folder that targets read.", valueName: "outbox"))
  var outbox = "outbox"

  @Option(help: ArgumentHelp("The folder of the ledger and the fingerprints.", valueName: "dir"))
  var state = ".dropmill"

  @Flag(help: "Settle what is there, then end.")
  var once = false

  @Flag(name: .shortAndLong, help: "Say only what went wrong.")
  var quiet = false

  func run() throws {
    var settings = MillSettings(
      inbox: Array(inbox.utf8),
      outbox: Array(outbox.utf8),
      state: Array(state.utf8)
    )
    settings.once = once
    let (quiet, once, inbox) = (quiet, once, inbox)
    let mill = Mill(settings) { event in
      if case .watching = event, !once, !quiet { Talk.say("watching \(inbox): Ctrl-C stops") }
      if let line = event.line, !quiet || event.isTrouble { Talk.say(line) }
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

extension MillEvent {
  /// The event as a line for people; nil for what only matters when it is odd.
  fileprivate var line: String? {
    switch self {
    case .watching(let polling):
      polling.map { "listing the inbox every two seconds: \($0)" }
    case .recovered(let batches, let archived, let again):
      "an earlier run was interrupted: \(batches) batches published, "
        + "\(archived) drops put in their place, \(again) to be converted again"
    case .noticed(let what): what
    case .settled(let drop): drop.line
    case .waiting(let error): "waiting for space: \(error)"
    }
  }

  fileprivate var isTrouble: Bool {
    switch self {
    case .watching, .recovered: false
    case .noticed, .waiting: true
    case .settled(let drop): drop.reason != nil || drop.rejected > 0
    }
  }
}

extension SettledDrop {
  fileprivate var line: String {
    let name = shown(path)
    if let reason { return "\(name): held, \(reason): \(message ?? "")" }
    var line = "\(name): \(read) read, \(written) new"
    if duplicates > 0 { line += ", \(duplicates) known already" }
    if rejected > 0 { line += ", \(rejected) rejected, see _rejected/\(feed)" }
    return line + (batch.map { ": \($0)" } ?? "")
  }
}
