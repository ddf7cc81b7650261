extension SettingsError: CustomStringConvertible {
  /// The stable code of the error, as in `docs/errors.md`.
  public var code: String {
    switch self {
    case .unreadable: "settings-unreadable"
    case .notYAML: "settings-not-yaml"
    case .unknownKey: "settings-unknown-key"
    case .wrongValue: "settings-wrong-value"
    case .conflict: "settings-conflict"
    }
  }

  /// Where the problem is.
  public var place: Origin {
    switch self {
    case .unreadable(let path, _): .file(path: path, line: 1, column: 1)
    case .notYAML(let place, _), .unknownKey(let place, _, _, _), .wrongValue(let place, _, _, _),
      .conflict(let place, _):
      place
    }
  }

  /// Where, what, and what to do.
  public var description: String {
    switch self {
    case .unreadable(let path, let found): "\(path): \(code): \(found)"
    default: "\(place.text): \(code): \(message)"
    }
  }

  /// What is wrong and what to do.
  public var message: String {
    switch self {
    case .unreadable(_, let found): found
    case .notYAML(_, let found): "this is no YAML: \(found). Mend the line, or quote the text."
    case .unknownKey(_, let key, let nearest, let known):
      if let nearest {
        "there is no setting “\(key)”. Did you mean “\(nearest)”?"
      } else if known.isEmpty {
        "there is no setting “\(key)” here. `dropmill settings --keys` lists all."
      } else {
        "there is no setting “\(key)” here, only \(known.joined(separator: ", "))."
      }
    case .wrongValue(_, let key, let found, let expected):
      "“\(key)” cannot be “\(found)”. It takes \(expected)."
    case .conflict(_, let found): found
    }
  }
}

extension SettingsErrors: CustomStringConvertible {
  /// A line each.
  public var description: String { problems.map(\.description).joined(separator: "\n") }
}
