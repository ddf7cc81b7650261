/// What is wrong with settings: every problem of a source at once; wording in `SettingsError+Message.swift`.
public struct SettingsErrors: Error, Sendable {
  /// The problems, in the order of their places.
  public var problems: [SettingsError]

  /// Those problems.
  public init(_ problems: [SettingsError]) { self.problems = problems }
}

/// One thing that is wrong with settings.
public enum SettingsError: Error, Sendable, Hashable {
  /// The settings file cannot be read.
  case unreadable(path: String, found: String)
  /// The text is no YAML.
  case notYAML(place: Origin, found: String)
  /// No setting has that name.
  case unknownKey(place: Origin, key: String, nearest: String?, known: [String])
  /// The value is not one that the setting takes.
  case wrongValue(place: Origin, key: String, found: String, expected: String)
  /// Two settings that exclude each other.
  case conflict(place: Origin, found: String)
}
