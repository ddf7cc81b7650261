import Yams

/// A settings file's text as values with their places.
enum YAMLText {
  /// The value of a whole text; nil where it holds none.
  static func value(_ text: String, path: String) throws(SettingsErrors) -> Value? {
    do {
      guard let node = try compose(yaml: text) else { return nil }
      return value(node) { mark in
        .file(path: path, line: mark?.line ?? 1, column: mark?.column ?? 1)
      }
    } catch let error as YamlError {
      throw SettingsErrors(problems(error, path: path))
    } catch {
      let place = Origin.file(path: path, line: 1, column: 1)
      throw SettingsErrors([.notYAML(place: place, found: "\(error)")])
    }
  }

  /// The value of a nested setting on the command line or in the environment.
  static func value(_ text: String, origin: Origin) throws(SettingsErrors) -> Value {
    if let first = text.first, first != "[", first != "{" {
      let parts = text.split(separator: ",").map { Value.text(String($0), origin) }
      return parts.count == 1 ? parts[0] : .list(parts, origin)
    }
    do {
      guard let node = try compose(yaml: text) else { return .text("", origin) }
      return value(node) { _ in origin }
    } catch {
      let found = (error as? YamlError).map { problem($0).found } ?? "\(error)"
      throw SettingsErrors([.notYAML(place: origin, found: found)])
    }
  }

  private static func value(_ node: Node, _ place: (Mark?) -> Origin) -> Value {
    switch node {
    case .scalar(let scalar):
      // An unquoted `null` or `~` is a text here: null words are the only place that names them.
      return .text(scalar.string, place(node.mark))
    case .mapping(let mapping):
      let members = mapping.map { key, member in
        Value.Member(
          name: key.scalar?.string ?? "",
          place: place(key.mark),
          value: value(member, place)
        )
      }
      return .mapping(members, place(node.mark))
    case .sequence(let sequence):
      return .list(sequence.map { value($0, place) }, place(node.mark))
    case .alias:
      // Composing resolves aliases: one that is left names no anchor.
      return .text("", place(node.mark))
    }
  }

  private static func problems(_ error: YamlError, path: String) -> [SettingsError] {
    if case .duplicatedKeysInMapping(let names, let context) = error {
      let mark = context.mark
      let place = Origin.file(path: path, line: mark.line, column: mark.column)
      return names.map { .conflict(place: place, found: "“\($0)” stands here twice. Keep one.") }
    }
    let (found, mark) = problem(error)
    let place = Origin.file(path: path, line: mark?.line ?? 1, column: mark?.column ?? 1)
    return [.notYAML(place: place, found: found)]
  }

  private static func problem(_ error: YamlError) -> (found: String, mark: Mark?) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      (problem, mark)
    case .reader(let problem, _, _, _): (problem, nil)
    default: (error.description, nil)
    }
  }
}
