import ArgumentParser
import Files
import Mill
import Settings

/// How everything stands: the feeds, what is held, what was expected and did not come.
struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Says how everything stands, and what somebody has to do.",
    discussion: """
      Works beside a running watch, which is then asked. Ends with 1 where a drop is held or \
      something that was expected did not come.

      Examples:
        dropmill status
        dropmill status --json
        dropmill status --metrics > /var/lib/node_exporter/dropmill.prom
      """
  )

  @Flag(help: "One line of JSON.")
  var json = false

  @Flag(help: "Metrics in Prometheus' text format.")
  var metrics = false

  @OptionGroup var state: StateOption

  @OptionGroup var options: SettingsOptions

  func run() throws {
    let stated = try options.read(standardFile: Watch.settingsFile, options: state.options)
    let needsAttention: Bool
    do throws(MillError) {
      let report = try StateAccess.status(MillSettings(stated))
      if metrics {
        try Talk.write(Array(Metrics.text(of: report).utf8))
      } else {
        try Talk.write(json ? ReportText.line(report) : Array(Self.text(report).utf8))
      }
      needsAttention = report.needsAttention
    } catch {
      throw Talk.ending(error)
    }
    if needsAttention { throw ExitStatus.rejected }
  }

  private static func text(_ report: StatusReport) -> String {
    var text = report.isWatching ? "watching\n" : "nobody watches\n"
    if let problem = report.settingsProblem {
      text += "the settings were not taken in, the earlier ones hold: \(Talk.printable(problem))\n"
    }
    if let waiting = report.waiting { text += "nothing is claimed: \(Talk.printable(waiting))\n" }
    if report.feeds.isEmpty { return text + "no drop came yet\n" }
    text +=
      "\n"
      + Table(
        head: ["feed", "state", "last drop", "settled", "drops", "held", "rejected"],
        rows: report.feeds.map { feed in
          [
            feed.feed, feed.state, feed.lastDrop ?? "–", feed.lastSettled ?? "–", "\(feed.drops)",
            "\(feed.held)", "\(feed.rejected)",
          ]
        },
        numbers: [4, 5, 6]
      ).text
    let actions = report.feeds.filter { $0.needsAttention }
    if !actions.isEmpty { text += "\n" }
    for feed in actions {
      for line in feed.unmet { text += "\(feed.feed): \(Talk.printable(line))\n" }
      if let action = feed.nextAction, !feed.unmet.contains(action) {
        text += "\(feed.feed): \(Talk.printable(action))\n"
      }
    }
    let proposals = report.feeds.flatMap { feed in
      (feed.proposals ?? []).map { "\(feed.feed): \(Talk.printable($0))\n" }
    }
    if !proposals.isEmpty { text += "\n" + proposals.joined() }
    return text
  }
}

/// The feeds, with all their numbers.
struct Feeds: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Lists the feeds.")

  @Flag(help: "A line of JSON a feed.")
  var json = false

  @OptionGroup var state: StateOption

  @OptionGroup var options: SettingsOptions

  func run() throws {
    let stated = try options.read(standardFile: Watch.settingsFile, options: state.options)
    do throws(MillError) {
      let feeds = try StateAccess.status(MillSettings(stated)).feeds
      try Talk.write(json ? feeds.flatMap { ReportText.line($0) } : Array(Self.table(feeds).utf8))
    } catch {
      throw Talk.ending(error)
    }
  }

  private static func table(_ feeds: [FeedReport]) -> String {
    Table(
      head: ["feed", "schema", "batches", "drops", "held", "written", "known", "rejected"],
      rows: feeds.map { feed in
        [
          feed.feed, "v\(feed.schemaVersion)", "\(feed.batches)", "\(feed.drops)", "\(feed.held)",
          "\(feed.written)", "\(feed.duplicates)", "\(feed.rejected)",
        ]
      },
      numbers: [2, 3, 4, 5, 6, 7]
    ).text
  }
}

/// What came, newest first.
struct Drops: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists the latest drops.",
    discussion: """
      Examples:
        dropmill drops
        dropmill drops orders --in held
      """
  )

  @Argument(help: "The feed; else all.")
  var feed: String?

  @Option(name: .customLong("in"), help: "Only those that stand there: held, done, …")
  var place: String?

  @Option(help: "At most so many.")
  var limit = 50

  @Flag(help: "A line of JSON a drop.")
  var json = false

  @OptionGroup var state: StateOption

  @OptionGroup var options: SettingsOptions

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit is at least 1.") }
  }

  func run() throws {
    let stated = try options.read(standardFile: Watch.settingsFile, options: state.options)
    do throws(MillError) {
      let drops = try StateAccess.drops(
        StateRequest(.drops, feed: feed, state: place, limit: limit),
        MillSettings(stated)
      )
      try Talk.write(json ? drops.flatMap { ReportText.line($0) } : Array(Self.table(drops).utf8))
    } catch {
      throw Talk.ending(error)
    }
  }

  private static func table(_ drops: [DropReport]) -> String {
    Table(
      head: ["first seen", "feed", "name", "state", "read", "new", "known", "rejected", "batch"],
      rows: drops.map { drop in
        [
          drop.firstSeen, drop.feed, drop.name, drop.state, "\(drop.recordsRead)",
          "\(drop.recordsWritten)", "\(drop.duplicates)", "\(drop.rejected)",
          drop.batch ?? drop.reason ?? "–",
        ]
      },
      numbers: [4, 5, 6, 7]
    ).text
  }
}

/// What went out, newest first.
struct Batches: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Lists the latest batches.")

  @Argument(help: "The feed; else all.")
  var feed: String?

  @Option(help: "At most so many.")
  var limit = 50

  @Flag(help: "A line of JSON a batch.")
  var json = false

  @OptionGroup var state: StateOption

  @OptionGroup var options: SettingsOptions

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit is at least 1.") }
  }

  func run() throws {
    let stated = try options.read(standardFile: Watch.settingsFile, options: state.options)
    do throws(MillError) {
      let batches = try StateAccess.batches(
        StateRequest(.batches, feed: feed, limit: limit),
        MillSettings(stated)
      )
      let table = Table(
        head: ["batch", "created", "state", "schema", "records", "bytes"],
        rows: batches.map { batch in
          [
            batch.batch, batch.created, batch.state, "v\(batch.schemaVersion)", "\(batch.records)",
            "\(batch.bytes)",
          ]
        },
        numbers: [4, 5]
      )
      try Talk.write(json ? batches.flatMap { ReportText.line($0) } : Array(table.text.utf8))
    } catch {
      throw Talk.ending(error)
    }
  }
}
