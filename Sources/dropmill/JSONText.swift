import Detection

/// A value as JSON, members in the order they are given.
indirect enum JSONText {
  case text(String)
  case number(Int64)
  case boolean(Bool)
  case null
  case list([JSONText])
  case object([(String, JSONText)])

  /// The value and a line end.
  var line: String { written + "\n" }

  /// The value.
  var written: String {
    switch self {
    case .text(let text): Findings.quote(text)
    case .number(let number): "\(number)"
    case .boolean(let flag): flag ? "true" : "false"
    case .null: "null"
    case .list(let values): "[\(values.map(\.written).joined(separator: ","))]"
    case .object(let members):
      "{\(members.map { "\(Findings.quote($0.0)):\($0.1.written)" }.joined(separator: ","))}"
    }
  }
}
