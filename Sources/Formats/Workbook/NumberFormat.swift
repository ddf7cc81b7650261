/// What the number in a cell stands for, as its format shows it.
enum NumberFormat: Sendable, Hashable {
  case number
  case date
  case time
  case dateTime
  /// Hours that may pass 24: `[h]:mm:ss`.
  case elapsed

  /// The formats that have no code in the file (ECMA-376 part 1 §18.8.30).
  static func builtIn(_ id: Int) -> NumberFormat {
    switch id {
    // 27 to 36 and 50 to 58 are dates in the East Asian editions; a few of them are times there.
    case 14...17, 27...31, 34...36, 50...54, 57, 58: .date
    case 18...21, 32, 33, 45, 47, 55, 56: .time
    case 22: .dateTime
    case 46: .elapsed
    default: .number
    }
  }

  /// What a code shows: `dd/mm/yyyy`, `[$-409]h:mm AM/PM;@`, `#,##0.00`.
  ///
  /// Only the first of its sections counts. `m` is a month or a minute, so it alone says a date.
  init(code: String) {
    var letters: Set<Character> = []
    var isElapsed = false
    var rest = Substring(code.lowercased())
    while let sign = rest.popFirst(), sign != ";" {
      switch sign {
      case "\"":
        rest = rest[(rest.firstIndex(of: "\"").map { rest.index(after: $0) } ?? rest.endIndex)...]
      case "\\", "_", "*":
        rest = rest.dropFirst()
      case "[":
        let end = rest.firstIndex(of: "]") ?? rest.endIndex
        let inside = rest[..<end]
        let isUnit = !inside.isEmpty && inside.allSatisfy { $0 == inside.first }
        if isUnit, let unit = inside.first, "hms".contains(unit) { isElapsed = true }
        rest = end == rest.endIndex ? "" : rest[rest.index(after: end)...]
      case "g" where rest.hasPrefix("eneral"):
        rest = rest.dropFirst(6)
      case "a" where rest.hasPrefix("m/pm") || rest.hasPrefix("/p"):
        rest = rest.dropFirst(rest.hasPrefix("m/pm") ? 4 : 2)
        letters.insert("h")
      default:
        letters.insert(sign)
      }
    }
    let hasDate = letters.contains("d") || letters.contains("y")
    let hasTime = letters.contains("h") || letters.contains("s")
    self =
      isElapsed
      ? .elapsed
      : hasDate && hasTime
        ? .dateTime
        : hasTime
          ? .time
          : hasDate || letters.contains("m") && letters.isDisjoint(with: ["0", "#", "?"])
            ? .date
            : .number
  }
}
