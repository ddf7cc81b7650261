/// Where a setting's value comes from; a later case overrides an earlier one.
public enum Origin: Sendable, Hashable {
  /// Nobody said anything.
  case standard
  /// A settings file, with line and column counted from 1.
  case file(path: String, line: Int, column: Int)
  /// A variable of the environment.
  case environment(String)
  /// An option of the command line, as it is spelled there.
  case commandLine(String)

  /// The origin in words; begins a message about the value.
  public var text: String {
    switch self {
    case .standard: "default"
    case .file(let path, let line, let column): "\(path):\(line):\(column)"
    case .environment(let name): "environment \(name)"
    case .commandLine(let option): option
    }
  }
}
