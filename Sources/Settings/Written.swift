extension FeedSettings.Identity {
  /// The mode as it is written in the settings.
  public var text: String {
    switch self {
    case .content: "content"
    case .occurrence: "occurrence"
    case .key(let columns): "{key: \(FeedSettings.list(columns))}"
    case .none: "none"
    }
  }
}

extension TimeSpan {
  /// The span as it is written in the settings.
  public var text: String {
    if self == .forever { return "forever" }
    for (unit, seconds) in [("d", 86_400), ("h", 3_600), ("m", 60)] as [(String, Int64)]
    where self.seconds % seconds == 0 && self.seconds > 0 {
      return "\(self.seconds / seconds)\(unit)"
    }
    return "\(seconds)s"
  }
}

extension Percentage {
  /// The share as it is written in the settings.
  public var text: String { value == value.rounded() ? "\(Int(value))%" : "\(value)%" }
}

extension FeedSettings {
  /// The line of the settings that gives columns those names.
  public static func line(renames: [String: String]) -> String {
    "rename: \(pairs(renames) { $0 } ?? "{}")"
  }

  static func list(_ texts: [String]) -> String {
    "[\(texts.map(quoted).joined(separator: ", "))]"
  }

  static func pairs<Element>(
    _ members: [String: Element],
    _ text: (Element) -> String
  ) -> String? {
    if members.isEmpty { return nil }
    let texts = members.sorted { $0.key < $1.key }.map {
      "\(quoted($0.key)): \(quoted(text($0.value)))"
    }
    return "{\(texts.joined(separator: ", "))}"
  }

  /// A text as YAML takes it inside of brackets.
  private static func quoted(_ text: String) -> String {
    let isPlain = text.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
        || "_-./ ".unicodeScalars.contains($0)
    }
    if isPlain, !text.isEmpty, text != "-", text.first != " ", text.last != " ", text.first != "-" {
      return text
    }
    return
      "\"\(text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\""))\""
  }

  static func timeOfDay(_ minutes: Int) -> String {
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(minutes / 60)):\(two(minutes % 60))"
  }

  static func range(_ range: ClosedRange<Int64>, _ text: (Int64) -> String) -> String {
    if range.lowerBound == range.upperBound { return text(range.lowerBound) }
    let low = range.lowerBound == 0 ? "" : text(range.lowerBound)
    return "\(low)..\(range.upperBound == .max ? "" : text(range.upperBound))"
  }

  static func bytes(_ count: Int64) -> String {
    let units: [(String, Int64)] = [
      ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("GB", 1_000_000_000),
      ("MB", 1_000_000), ("kB", 1_000),
    ]
    for (unit, size) in units where count > 0 && count % size == 0 {
      return "\(count / size)\(unit)"
    }
    return "\(count)"
  }
}
