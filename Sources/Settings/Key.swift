/// A setting: its name, what it takes, and how its value gets where it is used.
struct Key<Target>: Sendable {
  /// Its name; a dot parts the name of a group from that of a member: `limits.record`.
  let name: String
  /// What it is for, in a sentence.
  let summary: String
  /// A value that it takes, as it stands in YAML.
  let example: String
  /// Lists and mappings are written as YAML on the command line and in the environment.
  let isNested: Bool
  let set: @Sendable (Value, inout Target) throws(WrongValue) -> Void
  /// The value in force, as a person would write it; nil: none.
  let show: @Sendable (Target) -> String?

  init(
    _ name: String,
    _ summary: String,
    example: String,
    isNested: Bool = false,
    show: @escaping @Sendable (Target) -> String?,
    set: @escaping @Sendable (Value, inout Target) throws(WrongValue) -> Void
  ) {
    self.name = name
    self.summary = summary
    self.example = example
    self.isNested = isNested
    self.set = set
    self.show = show
  }

  /// The variable of the environment that states it.
  var variable: String {
    "DROPMILL_" + name.uppercased().map { $0 == "-" || $0 == "." ? "_" : String($0) }.joined()
  }
}

/// A setting as people meet it, for help and documents.
public struct SettingKey: Sendable, Hashable {
  /// Its name; a dot parts a group from its member.
  public let name: String
  /// What it is for, in a sentence.
  public let summary: String
  /// A value that it takes, as it stands in YAML.
  public let example: String
  /// The variable of the environment that states it.
  public let variable: String
  /// It stands under a feed, not at the top of the file.
  public let isOfFeed: Bool

  init<Target>(_ key: Key<Target>, isOfFeed: Bool) {
    name = key.name
    summary = key.summary
    example = key.example
    variable = key.variable
    self.isOfFeed = isOfFeed
  }

  /// All settings: those of the whole first, then those of a feed.
  public static let all: [SettingKey] =
    HouseSettings.keys.map { SettingKey($0, isOfFeed: false) }
    + FeedSettings.keys.map { SettingKey($0, isOfFeed: true) }
}
