import Canonical
import Conversion
import Records

extension FeedSettings {
  static let valueKeys: [Key<FeedSettings>] = [
    Key(
      "types",
      "Types of columns, by their names in the batches; widened only where a value does not fit.",
      example: "{zip: string, total: decimal}",
      isNested: true,
      show: { pairs($0.statement.values.types, \.name) },
      set: { value, feed throws(WrongValue) in
        for member in try value.members("a mapping, such as {zip: string}") {
          let words = ColumnType.allCases.filter { $0 != .empty }.map(\.name)
          let expected = "one of \(words.joined(separator: ", "))"
          let word = try member.value.text(expected)
          guard let type = ColumnType(name: word), type != .empty else {
            throw WrongValue(member.value, expected: expected)
          }
          feed.statement.values.types[ColumnNames.canonical(member.name)] = type
        }
      }
    ),
    Key(
      "decimal-mark",
      "What stands before a number's fraction: point or comma; the other groups digits.",
      example: "comma",
      show: { $0.statement.values.decimalMark?.rawValue },
      set: { value, feed throws(WrongValue) in
        feed.statement.values.decimalMark = try value.word(ValueRules.DecimalMark.self)
      }
    ),
    Key(
      "date-order",
      "How dates are read that do not begin with the year: dmy, mdy, or ymd for none.",
      example: "dmy",
      show: { $0.statement.values.dateOrder.map(written) },
      set: { value, feed throws(WrongValue) in
        switch try value.text("dmy, mdy or ymd") {
        case "dmy": feed.statement.values.dateOrder = .dayMonthYear
        case "mdy": feed.statement.values.dateOrder = .monthDayYear
        case "ymd": feed.statement.values.dateOrder = .yearMonthDay
        default: throw WrongValue(value, expected: "dmy, mdy or ymd")
        }
      }
    ),
    Key(
      "time-zone",
      "The zone of times without one: they become instants.",
      example: "Europe/Berlin",
      show: { $0.statement.values.zone?.name },
      set: { value, feed throws(WrongValue) in feed.statement.values.zone = try value.zone() }
    ),
    Key(
      "null-words",
      "Texts that are nulls, beside the empty one; `[]` makes values of those known here, too.",
      example: "[NULL, n/a, \"-\"]",
      isNested: true,
      show: { feed in
        let words = feed.statement.values.nullWords.map { String(decoding: $0, as: UTF8.self) }
        let isSilent = words.isEmpty && feed.statement.values.knowsNullWords
        return isSilent ? nil : list(words)
      },
      set: { value, feed throws(WrongValue) in
        let words = try value.texts()
        feed.statement.values.nullWords = words.map { Array($0.utf8) }
        feed.statement.values.knowsNullWords = !words.isEmpty
      }
    ),
  ]

  private static func written(_ order: Form.Order) -> String {
    switch order {
    case .yearMonthDay, .named: "ymd"
    case .dayMonthYear: "dmy"
    case .monthDayYear: "mdy"
    }
  }
}
