/// All settings in force, and where each comes from.
///
/// A value on the command line overrides the environment, that the settings file, that the default.
/// Within the file, entries whose pattern fits a feed are laid over each other in their order.
public struct Settings: Sendable {
  /// A setting of the command line.
  public struct Option: Sendable, Hashable {
    /// The setting's name.
    public var key: String
    /// Its value as it was typed.
    public var value: String
    /// The option as it was typed, for messages.
    public var spelling: String

    /// A setting that an option states.
    public init(key: String, value: String, spelling: String) {
      self.key = key
      self.value = value
      self.spelling = spelling
    }
  }

  /// A setting in force.
  public struct Entry: Sendable, Hashable {
    /// Its name.
    public var key: String
    /// Its value as it is written in a settings file; nil: none.
    public var value: String?
    /// Where it comes from.
    public var origin: Origin
  }

  /// A stated value.
  struct Assignment: Sendable {
    var key: Key<FeedSettings>
    var value: Value
    /// Where its name stands.
    var origin: Origin
  }

  /// What is stated for the feeds of a pattern.
  struct Rule: Sendable {
    var glob: Glob
    /// Patterns of drops that belong to the feed.
    var files: [Glob] = []
    var assignments: [Assignment] = []
    /// Whether it holds for the feed of that name, or for the pattern itself.
    func holds(for name: String) -> Bool {
      isOfAll || glob.matches(name) || glob.pattern == name
    }
    /// From the environment or the command line.
    var isOfAll = false
  }

  /// What holds for the whole.
  public internal(set) var house = HouseSettings()
  /// The settings of the whole, each with its origin.
  public internal(set) var houseEntries: [Entry] = []
  var rules: [Rule] = []

  /// What holds where nothing is said.
  public init() {
    houseEntries = HouseSettings.keys.map {
      Entry(key: $0.name, value: $0.show(house), origin: .standard)
    }
  }

  /// The patterns of the settings file, in its order.
  public var patterns: [String] {
    var patterns: [String] = []
    for rule in rules where !rule.isOfAll && !patterns.contains(rule.glob.pattern) {
      patterns.append(rule.glob.pattern)
    }
    return patterns
  }

  /// The feeds that are named in full, in the file's order.
  public var namedFeeds: [String] {
    var names: [String] = []
    for rule in rules where rule.glob.isLiteral && !names.contains(rule.glob.pattern) {
      names.append(rule.glob.pattern)
    }
    return names
  }

  /// The feed of the drop at that path below the inbox; nil: its folder or its name decides.
  public func feed(ofDropAt path: String) -> String? {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return rules.first { rule in
      rule.files.contains { $0.matches(path) || (!$0.pattern.contains("/") && $0.matches(name)) }
    }?.glob.pattern
  }

  /// Whether what holds is the same for all feeds, and no drop's feed is stated.
  public var isSameForAll: Bool { rules.allSatisfy { $0.isOfAll && $0.files.isEmpty } }

  /// What holds for the feed of that name.
  public func settings(ofFeed name: String) -> FeedSettings {
    var settings = FeedSettings()
    for rule in rules where rule.holds(for: name) {
      for assignment in rule.assignments {
        // Each value was tried when the settings were read.
        try? assignment.key.set(assignment.value, &settings)
      }
    }
    return settings
  }

  /// Every setting of a feed with its value and origin, in the order of the documents.
  public func entries(ofFeed name: String) -> [Entry] {
    var origins: [String: Origin] = [:]
    for rule in rules where rule.holds(for: name) {
      for assignment in rule.assignments { origins[assignment.key.name] = assignment.origin }
    }
    let settings = settings(ofFeed: name)
    return FeedSettings.keys.map {
      Entry(key: $0.name, value: $0.show(settings), origin: origins[$0.name] ?? .standard)
    }
  }
}
