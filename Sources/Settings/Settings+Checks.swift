import Conversion
import Detection
import Formats

extension Settings {
  /// Refuses settings that exclude each other.
  func check() throws(SettingsErrors) {
    var problems: [SettingsError] = []
    for name in rules.map(\.glob.pattern) {
      let settings = self.settings(ofFeed: name)
      for (found, keys) in Self.conflicts(settings) {
        let origins = rules.filter { $0.holds(for: name) }
          .flatMap(\.assignments).filter { keys.contains($0.key.name) }.map(\.origin)
        let problem = SettingsError.conflict(place: origins.last ?? .standard, found: found)
        if !problems.contains(problem) { problems.append(problem) }
      }
    }
    if !problems.isEmpty { throw SettingsErrors(problems) }
  }

  /// What excludes each other in a feed's settings, each with the keys concerned.
  private static func conflicts(_ feed: FeedSettings) -> [(found: String, keys: [String])] {
    var conflicts: [(String, [String])] = []
    if feed.isSnapshot {
      if case .key = feed.identity {
      } else {
        let found = "a snapshot needs an identity by key. State `identity: {key: […]}`."
        conflicts.append((found, ["snapshot", "identity"]))
      }
    }
    let layout = feed.statement.layout
    if let format = layout.format {
      if format != .csv, layout.statesDialect {
        let found =
          "delimiter, quote, header and the like belong to `format: csv`, not to \(format)."
        conflicts.append((found, ["format"] + dialectKeys))
      }
      if format == .csv || format == .ndjson, layout.records != nil {
        conflicts.append(("a path of records has no meaning in \(format).", ["format", "records"]))
      }
    }
    if let path = layout.records, layout.format == .xml, XMLLayout(text: path) == nil {
      conflicts.append(("“\(path)” is no path of XML.", ["records"]))
    }
    if let path = layout.records, layout.format == .json, JSONLayout.steps(from: path) == nil {
      conflicts.append(("“\(path)” is no path of JSON.", ["records"]))
    }
    if let delimiter = layout.delimiter, let quote = layout.quote?.byte, delimiter.contains(quote) {
      conflicts.append(("delimiter and quote are the same sign.", ["delimiter", "quote"]))
    }
    if layout.widths != nil, layout.delimiter != nil || layout.quote != nil {
      let found = "columns of fixed widths have no delimiter and no quote."
      conflicts.append((found, ["widths", "delimiter", "quote"]))
    }
    return conflicts
  }

  private static let dialectKeys = [
    "delimiter", "widths", "quote", "escape", "comment", "line-end", "skip", "header", "columns",
  ]
}
