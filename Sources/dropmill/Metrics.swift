import ArgumentParser
import Mill

/// A status as metrics in Prometheus' text format; no label grows with the number of files.
enum Metrics {
  static func text(of report: StatusReport) -> String {
    var text = ""
    func family(_ name: String, _ kind: String, _ help: String, _ samples: [(String, Int64)]) {
      if samples.isEmpty { return }
      text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind)\n"
      for (labels, value) in samples { text += "\(name)\(labels) \(value)\n" }
    }
    let feeds = report.feeds
    family(
      "dropmill_files_total",
      "counter",
      "Drops by what became of them.",
      feeds.map { (label($0.feed, "result", "accepted"), $0.drops) }
    )
    family(
      "dropmill_held_files",
      "gauge",
      "Drops that wait for a decision.",
      feeds.map { (label($0.feed), $0.held) }
    )
    family(
      "dropmill_queue_files",
      "gauge",
      "Drops under way.",
      feeds.map { (label($0.feed), $0.waiting) }
    )
    family(
      "dropmill_records_total",
      "counter",
      "Records by what became of them.",
      feeds.flatMap { feed in
        [
          (label(feed.feed, "result", "written"), feed.written),
          (label(feed.feed, "result", "duplicate"), feed.duplicates),
          (label(feed.feed, "result", "rejected"), feed.rejected),
        ]
      }
    )
    family(
      "dropmill_rejects_total",
      "counter",
      "Rejected records by reason.",
      feeds.flatMap { feed in
        feed.rejectedByReason.sorted { $0.key < $1.key }.map {
          (label(feed.feed, "code", $0.key), $0.value)
        }
      }
    )
    family(
      "dropmill_last_success_timestamp_seconds",
      "gauge",
      "When the last drop was settled that was not held.",
      feeds.compactMap { feed in
        feed.lastSettledSeconds.map { (label(feed.feed), $0) }
      }
    )
    family(
      "dropmill_expectations_unmet",
      "gauge",
      "What was expected of a feed and is not so.",
      feeds.map { (label($0.feed), Int64($0.unmet.count)) }
    )
    family(
      "dropmill_watching",
      "gauge",
      "Whether a process watches.",
      [("", report.isWatching ? 1 : 0)]
    )
    family(
      "dropmill_settings_refused",
      "gauge",
      "Whether new settings were not taken in.",
      [("", report.settingsProblem == nil ? 0 : 1)]
    )
    let version = Dropmill.configuration.version
    family("dropmill_build_info", "gauge", "The version.", [("{version=\"\(version)\"}", 1)])
    return text
  }

  /// Labels; a feed's name in paths has no sign that would have to be escaped.
  private static func label(_ feed: String, _ name: String? = nil, _ value: String = "") -> String {
    guard let name else { return "{source=\"\(feed)\"}" }
    return "{source=\"\(feed)\",\(name)=\"\(value)\"}"
  }
}
