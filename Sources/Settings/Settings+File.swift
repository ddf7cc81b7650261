extension Settings {
  /// Takes in a settings file.
  mutating func add(file text: String, path: String) throws(SettingsErrors) {
    guard let value = try YAMLText.value(text, path: path) else { return }
    if case .text("", _) = value { return }
    guard case .mapping(let members, _) = value else {
      throw SettingsErrors([
        .wrongValue(
          place: value.place,
          key: path,
          found: value.found,
          expected: "settings, such as `inbox: /srv/drop`"
        )
      ])
    }
    var problems: [SettingsError] = []
    for member in members {
      do throws(SettingsErrors) {
        try add(top: member)
      } catch {
        problems += error.problems
      }
    }
    if !problems.isEmpty { throw SettingsErrors(problems) }
  }

  private mutating func add(top member: Value.Member) throws(SettingsErrors) {
    if member.name == "feeds" {
      try addFeeds(member.value)
    } else if let key = HouseSettings.keys.first(where: { $0.name == member.name }) {
      try set(key, member.value, member.place)
    } else {
      let known = HouseSettings.keys.map(\.name) + ["feeds"]
      var nearest = Spelling.nearest(to: member.name, among: known)
      let feedKeys = Self.names(below: "")
      if let key = feedKeys.contains(member.name)
        ? member.name : Spelling.nearest(to: member.name, among: feedKeys), nearest == nil
      {
        nearest = "\(key)” under a feed of “feeds"
      }
      throw SettingsErrors([
        .unknownKey(place: member.place, key: member.name, nearest: nearest, known: known)
      ])
    }
  }

  private mutating func addFeeds(_ value: Value) throws(SettingsErrors) {
    guard case .mapping(let feeds, _) = value else {
      throw SettingsErrors([
        .wrongValue(
          place: value.place,
          key: "feeds",
          found: value.found,
          expected: "feeds by name or pattern, such as `orders: {delimiter: \";\"}`"
        )
      ])
    }
    var problems: [SettingsError] = []
    for feed in feeds {
      var rule = Rule(glob: Glob(feed.name))
      guard case .mapping(let members, _) = feed.value else {
        if case .text("", _) = feed.value { continue }
        problems.append(
          .wrongValue(
            place: feed.value.place,
            key: feed.name,
            found: feed.value.found,
            expected: "settings, such as `format: csv`"
          )
        )
        continue
      }
      for member in members {
        if member.name == "files" {
          problems += Self.addFiles(member, to: &rule)
        } else {
          problems += Self.add(member, below: "", to: &rule)
        }
      }
      rules.append(rule)
    }
    if !problems.isEmpty { throw SettingsErrors(problems) }
  }

  private static func addFiles(_ member: Value.Member, to rule: inout Rule) -> [SettingsError] {
    guard rule.glob.isLiteral else {
      return [
        .conflict(
          place: member.place,
          found: "“\(rule.glob.pattern)” is a pattern, and `files` belongs to one feed. Name it."
        )
      ]
    }
    do throws(WrongValue) {
      rule.files = try member.value.texts().map(Glob.init)
      return []
    } catch {
      return [problem(error, "files")]
    }
  }

  /// Adds a setting, or all of a group of settings.
  private static func add(
    _ member: Value.Member,
    below group: String,
    to rule: inout Rule
  ) -> [SettingsError] {
    let name = group + member.name
    if let key = FeedSettings.keysByName[name] {
      do throws(SettingsErrors) {
        try Self.try(key, member.value)
      } catch {
        return error.problems
      }
      rule.assignments.append(Assignment(key: key, value: member.value, origin: member.place))
      return []
    }
    let isGroup = FeedSettings.keys.contains { $0.name.hasPrefix("\(name).") }
    guard isGroup else {
      let known = names(below: group)
      return [
        .unknownKey(
          place: member.place,
          key: member.name,
          nearest: Spelling.nearest(to: member.name, among: known),
          known: group.isEmpty ? [] : known
        )
      ]
    }
    guard case .mapping(let members, _) = member.value else {
      let known = names(below: "\(name).").joined(separator: ", ")
      return [
        .wrongValue(
          place: member.value.place,
          key: name,
          found: member.value.found,
          expected: "a mapping of \(known)"
        )
      ]
    }
    return members.flatMap { add($0, below: "\(name).", to: &rule) }
  }

  /// The names that may stand in a group; the empty one is that of a feed.
  static func names(below group: String) -> [String] {
    var names = group.isEmpty ? ["files"] : []
    for key in FeedSettings.keys where key.name.hasPrefix(group) {
      let name = key.name.dropFirst(group.count).prefix { $0 != "." }
      if !names.contains(String(name)) { names.append(String(name)) }
    }
    return names
  }
}
