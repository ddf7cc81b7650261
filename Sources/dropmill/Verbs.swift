import ArgumentParser
import Settings

/// What somebody meant by a command that does not exist.
enum Verbs {
  /// What other tools call it.
  static let foreign = [
    "sniff": "detect", "inspect": "detect", "files": "drops", "list": "drops", "ls": "drops",
    "run": "watch", "start": "watch", "serve": "watch", "config": "settings", "check": "settings",
    "validate": "settings", "dry-run": "plan", "preview": "plan", "health": "status",
    "info": "status", "outbox": "batches", "cat": "convert", "sources": "feeds",
  ]

  /// The message where the first argument is no command; nil where it may be one.
  static func problem(_ arguments: [String], commands: [String]) -> String? {
    guard let verb = arguments.first, !verb.hasPrefix("-"), verb != "help",
      !commands.contains(verb)
    else { return nil }
    let shown = Talk.printable(verb)
    if let own = Spelling.nearest(to: verb, among: commands) ?? foreign[verb.lowercased()] {
      return "there is no command “\(shown)”. Did you mean “dropmill \(own)”?"
    }
    return "there is no command “\(shown)”, only \(commands.joined(separator: ", "))."
  }
}
