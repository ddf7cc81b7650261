import ArgumentParser
import Files
import Settings

/// What is in force, for the whole and for each feed, and where each value comes from.
struct ShowSettings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Says which settings are in force, and where each comes from.",
    discussion: """
      Without a feed: what is stated, for the whole and for each feed. With one: every setting of
      that feed. A settings file that is wrong is named with line and column; the exit code is 78.

      Examples:
        dropmill settings
        dropmill settings orders
        dropmill settings --keys        every setting there is
      """
  )

  @Argument(help: "The feeds; those that the settings name where none is given.")
  var feeds: [String] = []

  @Flag(help: "Every setting there is, with an example.")
  var keys = false

  @Flag(help: "One line of JSON.")
  var json = false

  @OptionGroup var options: SettingsOptions

  func run() throws {
    let output = try File.standardOutput()
    if keys {
      try output.write(Array(keyTable().utf8))
      return
    }
    let settings = try options.read(standardFile: Watch.settingsFile)
    try output.write(Array((json ? line(settings) : table(settings)).utf8))
  }

  private func table(_ settings: Settings) -> String {
    var text = ""
    if feeds.isEmpty {
      text += Self.table(settings.houseEntries)
      for pattern in settings.patterns {
        let entries = settings.entries(ofFeed: pattern).filter { $0.origin != .standard }
        text += "\n\(pattern)\n" + Self.table(entries, indent: "  ")
      }
    }
    for (index, feed) in feeds.enumerated() {
      if index > 0 { text += "\n" }
      text += "\(feed)\n" + Self.table(settings.entries(ofFeed: feed), indent: "  ")
    }
    return text
  }

  private static func table(_ entries: [Settings.Entry], indent: String = "") -> String {
    Table(
      rows: entries.map { [$0.key, $0.value ?? "–", $0.origin.text] },
      indent: indent
    ).text
  }

  private func keyTable() -> String {
    if json {
      return SettingKey.all.map { key in
        JSONText.object([
          ("key", .text(key.name)), ("summary", .text(key.summary)),
          ("example", .text(key.example)), ("variable", .text(key.variable)),
          ("of_feed", .boolean(key.isOfFeed)),
        ]).line
      }.joined()
    }
    return Table(rows: SettingKey.all.map { [$0.name, $0.example, $0.summary] }).text
  }

  private func line(_ settings: Settings) -> String {
    let names = feeds.isEmpty ? settings.patterns : feeds
    return JSONText.object([
      ("type", .text("settings")), ("version", .number(1)),
      ("whole", Self.json(settings.houseEntries)),
      ("feeds", .object(names.map { ($0, Self.json(settings.entries(ofFeed: $0))) })),
    ]).line
  }

  private static func json(_ entries: [Settings.Entry]) -> JSONText {
    .object(
      entries.map { entry in
        (
          entry.key,
          .object([
            ("value", entry.value.map(JSONText.text) ?? .null),
            ("origin", .text(entry.origin.text)),
          ])
        )
      }
    )
  }
}
