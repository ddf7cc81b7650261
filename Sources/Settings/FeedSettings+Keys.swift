import Canonical

extension FeedSettings {
  /// All settings of a feed, in the order of the documents.
  static let keys: [Key<FeedSettings>] =
    layoutKeys + nameKeys + valueKeys + limitKeys + feedKeys + expectationKeys

  /// The settings by their names.
  static let keysByName = Dictionary(uniqueKeysWithValues: keys.map { ($0.name, $0) })

  private static let feedKeys: [Key<FeedSettings>] = [
    Key(
      "identity",
      "When a record is a duplicate: content, occurrence, none, or the columns of a key.",
      example: "{key: [order_id, line]}",
      isNested: true,
      show: { $0.identity.text },
      set: { value, feed throws(WrongValue) in feed.identity = try identity(value) }
    ),
    Key(
      "snapshot",
      "Each drop is the whole truth: what it lacks was deleted. Needs an identity by key.",
      example: "true",
      show: { $0.isSnapshot ? "true" : "false" },
      set: { value, feed throws(WrongValue) in feed.isSnapshot = try value.boolean() }
    ),
    Key(
      "max-deletes",
      "How much of a snapshot may vanish before the drop is held.",
      example: "10%",
      show: { $0.maximalDeletes.text },
      set: { value, feed throws(WrongValue) in feed.maximalDeletes = try value.percentage() }
    ),
    Key(
      "order",
      "The column that says how new a record is: a drop that is older than what came before is held.",
      example: "updated_at",
      show: { $0.order },
      set: { value, feed throws(WrongValue) in feed.order = try value.text() }
    ),
    Key(
      "retention",
      "How long a record counts as known.",
      example: "400d",
      show: { $0.retention.text },
      set: { value, feed throws(WrongValue) in feed.retention = try value.timeSpan() }
    ),
    Key(
      "contract",
      "What happens to values that do not fit: evolve widens the types, pin rejects the records.",
      example: "pin",
      show: { $0.contract.rawValue },
      set: { value, feed throws(WrongValue) in feed.contract = try value.word(Contract.self) }
    ),
    Key(
      "max-rejects",
      "How much of a drop may be rejected before it is held.",
      example: "5%",
      show: { $0.maximalRejects?.text },
      set: { value, feed throws(WrongValue) in feed.maximalRejects = try value.percentage() }
    ),
    Key(
      "keep-originals",
      "How long originals stay in `_done`.",
      example: "30d",
      show: { $0.keepOriginals.text },
      set: { value, feed throws(WrongValue) in feed.keepOriginals = try value.timeSpan() }
    ),
  ]

  private static func identity(_ value: Value) throws(WrongValue) -> Identity {
    let expected = "content, occurrence, none, or a key such as {key: [order_id]}"
    switch value {
    case .text("content", _): return .content
    case .text("occurrence", _): return .occurrence
    case .text("none", _): return .none
    case .mapping(let members, _) where members.count == 1 && members[0].name == "key":
      let columns = try members[0].value.texts()
      guard !columns.isEmpty, Set(columns).count == columns.count, !columns.contains("") else {
        throw WrongValue(members[0].value, expected: "columns, each once")
      }
      return .key(columns)
    default: throw WrongValue(value, expected: expected)
    }
  }

  private static let expectationKeys: [Key<FeedSettings>] = [
    Key(
      "expect.by",
      "The time of day by which a drop is to be there.",
      example: "\"06:30\"",
      show: { $0.expectation?.by.map(timeOfDay) },
      set: { value, feed throws(WrongValue) in
        let by = try value.timeOfDay()
        feed.expect { $0.by = by }
      }
    ),
    Key(
      "expect.on",
      "The days of the week on which one is to be there; without it, every day.",
      example: "[mon, tue, wed, thu, fri]",
      isNested: true,
      show: { feed in
        feed.expectation.map { expectation in
          list(
            Expectation.Weekday.allCases.filter(expectation.weekdays.contains).map(\.rawValue)
          )
        }
      },
      set: { value, feed throws(WrongValue) in
        let days = try weekdays(value)
        feed.expect { $0.weekdays = days }
      }
    ),
    Key(
      "expect.zone",
      "The time zone of `expect.by`; without it, this machine's.",
      example: "Europe/Berlin",
      show: { $0.expectation?.zone },
      set: { value, feed throws(WrongValue) in
        let zone = try value.zone().name
        feed.expect { $0.zone = zone }
      }
    ),
    Key(
      "expect.rows",
      "Records that a drop is to have.",
      example: "1000..50000",
      show: { $0.expectation?.rows.map { range($0, String.init) } },
      set: { value, feed throws(WrongValue) in
        let rows = try value.counts()
        feed.expect { $0.rows = rows }
      }
    ),
    Key(
      "expect.bytes",
      "Bytes that a drop is to have, as it comes.",
      example: "10kB..2GB",
      show: { $0.expectation?.bytes.map { range($0, bytes) } },
      set: { value, feed throws(WrongValue) in
        let bytes = try value.byteRange()
        feed.expect { $0.bytes = bytes }
      }
    ),
  ]

  private static func weekdays(_ value: Value) throws(WrongValue) -> Set<Expectation.Weekday> {
    var days: Set<Expectation.Weekday> = []
    for text in try value.texts() {
      guard let day = Expectation.Weekday(rawValue: text) else {
        throw WrongValue(value, expected: "days, such as [mon, tue, wed, thu, fri]")
      }
      days.insert(day)
    }
    return days
  }

  private mutating func expect(_ change: (inout Expectation) -> Void) {
    var expectation = self.expectation ?? Expectation()
    change(&expectation)
    self.expectation = expectation
  }
}
