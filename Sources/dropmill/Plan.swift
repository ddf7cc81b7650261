import ArgumentParser
import Foundation
import Mill
import Settings

/// What watch would do with files now, without doing it.
struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says what watch would do with files now, and does nothing.",
    discussion: """
      Shows for each file the feed, what is new and what is known already, what would be rejected or \
      held, and how the schema would change: the receipt that would lie beside the drop, made by the \
      same code over a copy of the ledger. A file in the inbox plans as it lies there, another one as \
      dropped into the inbox itself; --feed says otherwise.

      Examples:
        dropmill plan orders-2026-11-24.csv
        dropmill plan --feed orders export.csv
        dropmill plan --json export.csv      the receipt
      """
  )

  @Argument(help: "The files.")
  var files: [String]

  @Option(help: "The feed they would be dropped for.")
  var feed: String?

  @Flag(help: "The receipts, one line of JSON each.")
  var json = false

  @OptionGroup var state: StateOption

  @OptionGroup var reading: ReadingOptions

  @OptionGroup var options: SettingsOptions

  func run() throws {
    let stated = try options.read(
      standardFile: Watch.settingsFile,
      options: state.options + reading.options
    )
    let outcomes: [Planner.Outcome]
    do throws(MillError) {
      outcomes = try Planner.plan(
        files.map { path in
          let parts = PathParts(path)
          return Planner.Source(folder: parts.folder, name: parts.name)
        },
        feed: feed,
        settings: MillSettings(stated)
      )
      try show(outcomes)
    } catch {
      throw Talk.ending(error)
    }
    let isClean = outcomes.allSatisfy { $0.drop.reason == nil && $0.drop.rejected == 0 }
    if !isClean { throw ExitStatus.rejected }
  }

  private func show(_ outcomes: [Planner.Outcome]) throws(MillError) {
    for (path, outcome) in zip(files, outcomes) {
      let text = json ? Self.line(outcome.receipt) : Self.text(path, outcome)
      try Talk.write(Array(text.utf8))
    }
  }

  /// A receipt on one line, without what only a real drop has.
  private static func line(_ receipt: [UInt8]) -> String {
    String(decoding: receipt, as: UTF8.self).split(separator: "\n")
      .map { $0.drop { $0 == " " } }
      .filter { !$0.hasPrefix("\"drop\":") && !$0.hasPrefix("\"settled\":") }
      .joined() + "\n"
  }

  private static func text(_ path: String, _ outcome: Planner.Outcome) -> String {
    let drop = outcome.drop
    let receipt =
      (try? JSONSerialization.jsonObject(with: Data(outcome.receipt))) as? [String: Any] ?? [:]
    var rows: [[String]] = [["feed", drop.feed]]
    if let reason = drop.reason {
      rows.append(["result", "held: \(reason)"])
      rows.append(["reason", drop.message ?? ""])
    } else {
      rows.append(["result", "accepted"])
      var counts = "\(drop.read) read, \(drop.written) new"
      if drop.duplicates > 0 { counts += ", \(drop.duplicates) known already" }
      if drop.rejected > 0 { counts += ", \(drop.rejected) rejected" }
      rows.append(["records", counts])
      if let batch = drop.batch { rows.append(["batch", batch]) }
    }
    for (name, value) in (receipt["detected"] as? [String: Any] ?? [:]).sorted(by: {
      $0.key < $1.key
    }) {
      rows.append([name, "\(value)"])
    }
    if let earlier = receipt["same_content_as"] { rows.append(["same content as", "\(earlier)"]) }
    if let schema = receipt["schema"] as? [String: Any] {
      rows.append(["schema version", "\(schema["version"] ?? "")"])
      for kind in ["added", "widened"] {
        for column in schema[kind] as? [String] ?? [] { rows.append([kind, column]) }
      }
    }
    for proposal in drop.proposals { rows.append(["renamed?", Talk.printable(proposal)]) }
    for (code, count) in (receipt["rejected_by_reason"] as? [String: Any] ?? [:]) {
      rows.append(["rejected", "\(count) × \(code)"])
    }
    for open in receipt["left_as_text"] as? [[String: Any]] ?? [] {
      rows.append(["left as text", "\(open["column"] ?? ""): \(open["question"] ?? "")"])
    }
    for warning in receipt["warnings"] as? [String] ?? [] { rows.append(["warning", warning]) }
    return "\(Talk.printable(path))\n" + Table(rows: rows, indent: "  ").text
  }
}
