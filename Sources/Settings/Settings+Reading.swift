extension Settings {
  /// The prefix of this tool's variables in the environment.
  public static let variablePrefix = "DROPMILL_"

  /// Variables with that prefix that are no settings.
  static let otherVariables: Set = ["DROPMILL_CRASH_AT", "DROPMILL_CONFIG"]

  /// Reads settings from all their sources.
  ///
  /// - Parameters:
  ///   - file: the settings file's path and text; nil where there is none.
  ///   - environment: all variables; those that begin with `DROPMILL_` count.
  ///   - options: what the command line states.
  /// - Returns: the settings in force.
  /// - Throws: ``SettingsErrors`` with everything that is wrong in the first source that is wrong.
  public static func read(
    file: (path: String, text: String)?,
    environment: [String: String] = [:],
    options: [Option] = []
  ) throws(SettingsErrors) -> Settings {
    var settings = Settings()
    if let file { try settings.add(file: file.text, path: file.path) }
    var stated: [Statement] = []
    var problems: [SettingsError] = []
    for (name, value) in environment.sorted(by: { $0.key < $1.key })
    where name.hasPrefix(variablePrefix) && !otherVariables.contains(name) {
      let key = SettingKey.all.first { $0.variable == name }?.name
      if let key {
        stated.append(Statement(key: key, value: value, origin: .environment(name)))
      } else {
        problems.append(unknown(variable: name))
      }
    }
    stated += options.map {
      Statement(key: $0.key, value: $0.value, origin: .commandLine($0.spelling))
    }
    if !problems.isEmpty { throw SettingsErrors(problems) }
    try settings.add(stated)
    try settings.check()
    return settings
  }

  /// A setting of the environment or the command line: it holds for every feed.
  private struct Statement {
    var key: String
    var value: String
    var origin: Origin
  }

  private static func unknown(variable: String) -> SettingsError {
    .unknownKey(
      place: .environment(variable),
      key: variable,
      nearest: Spelling.nearest(to: variable, among: SettingKey.all.map(\.variable)),
      known: []
    )
  }

  private mutating func add(_ stated: [Statement]) throws(SettingsErrors) {
    var rule = Rule(glob: Glob("**"), isOfAll: true)
    var problems: [SettingsError] = []
    for statement in stated {
      do throws(SettingsErrors) {
        if let key = HouseSettings.keys.first(where: { $0.name == statement.key }) {
          let value = Value.text(statement.value, statement.origin)
          try set(key, value, statement.origin)
        } else if let key = FeedSettings.keysByName[statement.key] {
          let value =
            key.isNested
            ? try YAMLText.value(statement.value, origin: statement.origin)
            : Value.text(statement.value, statement.origin)
          try Self.try(key, value)
          rule.assignments.append(Assignment(key: key, value: value, origin: statement.origin))
        } else {
          throw SettingsErrors([
            .unknownKey(
              place: statement.origin,
              key: statement.key,
              nearest: Spelling.nearest(to: statement.key, among: SettingKey.all.map(\.name)),
              known: []
            )
          ])
        }
      } catch {
        problems += error.problems
      }
    }
    if !problems.isEmpty { throw SettingsErrors(problems) }
    if !rule.assignments.isEmpty { rules.append(rule) }
  }

  /// Sets a setting of the whole.
  mutating func set(
    _ key: Key<HouseSettings>,
    _ value: Value,
    _ origin: Origin
  ) throws(SettingsErrors) {
    do throws(WrongValue) {
      try key.set(value, &house)
    } catch {
      throw SettingsErrors([Self.problem(error, key.name)])
    }
    for index in houseEntries.indices where houseEntries[index].key == key.name {
      houseEntries[index] = Entry(key: key.name, value: key.show(house), origin: origin)
    }
  }

  /// Tries a value, so that it is known to fit once it counts.
  static func `try`(_ key: Key<FeedSettings>, _ value: Value) throws(SettingsErrors) {
    var scratch = FeedSettings()
    do throws(WrongValue) {
      try key.set(value, &scratch)
    } catch {
      throw SettingsErrors([problem(error, key.name)])
    }
  }

  static func problem(_ wrong: WrongValue, _ key: String) -> SettingsError {
    .wrongValue(place: wrong.place, key: key, found: wrong.found, expected: wrong.expected)
  }
}
