import Bytes
import Canonical
import Conversion
import Detection
import Formats
import Records

extension FeedSettings {
  static let layoutKeys: [Key<FeedSettings>] = [
    Key(
      "format",
      "What the drops are: csv (any delimited text), json, ndjson (a value a line) or xml.",
      example: "csv",
      show: { $0.statement.layout.format?.rawValue },
      set: { value, feed throws(WrongValue) in
        feed.statement.layout.format = try value.word(StatedLayout.Format.self)
      }
    ),
    Key(
      "encoding",
      "How the text is written as bytes; a byte-order mark overrules it.",
      example: "windows-1252",
      show: { $0.statement.layout.encoding?.name },
      set: { value, feed throws(WrongValue) in
        let expected = "the name of an encoding, such as utf-8 or windows-1252"
        let encoding = TextEncoding(named: try value.text(expected))
        guard (try? encoding.decode([])) != nil else { throw WrongValue(value, expected: expected) }
        feed.statement.layout.encoding = encoding
      }
    ),
    Key(
      "delimiter",
      "What stands between fields: a sign, up to eight bytes, a word such as tab, or none.",
      example: "\";\"",
      show: { $0.statement.layout.delimiter.map(Value.written) },
      set: { value, feed throws(WrongValue) in
        feed.statement.layout.delimiter = try value.delimiter()
      }
    ),
    Key(
      "widths",
      "Characters of each column, where no delimiter parts them; the last goes to the line's end.",
      example: "[8, 30, 10]",
      isNested: true,
      show: { $0.statement.layout.widths.map { list($0.map(String.init)) } },
      set: { value, feed throws(WrongValue) in
        let expected = "two or more widths in characters, such as [8, 30, 10]"
        let widths = try value.texts().map { Int($0) ?? 0 }
        guard widths.count > 1, widths.allSatisfy((1...100_000).contains) else {
          throw WrongValue(value, expected: expected)
        }
        feed.statement.layout.widths = widths
      }
    ),
    Key(
      "quote",
      "What fields are quoted with, or none.",
      example: "\"'\"",
      show: { $0.statement.layout.quote.map(Value.written) },
      set: { value, feed throws(WrongValue) in feed.statement.layout.quote = try value.sign() }
    ),
    Key(
      "escape",
      "How a quote stands in a quoted field: doubled, or behind a backslash; or copy, COPY's text.",
      example: "backslash",
      show: { $0.statement.layout.escape?.rawValue },
      set: { value, feed throws(WrongValue) in
        let expected = "doubled, backslash or copy"
        guard let escape = Dialect.Escape(rawValue: try value.text(expected)) else {
          throw WrongValue(value, expected: expected)
        }
        feed.statement.layout.escape = escape
      }
    ),
    Key(
      "comment",
      "What lines begin with that are comments, or none.",
      example: "\"#\"",
      show: { $0.statement.layout.comment.map(Value.written) },
      set: { value, feed throws(WrongValue) in feed.statement.layout.comment = try value.sign() }
    ),
    Key(
      "line-end",
      "What ends a row: lf (with or without a CR before it) or cr.",
      example: "lf",
      show: { $0.statement.layout.lineEnd.map { $0 == .lineFeed ? "lf" : "cr" } },
      set: { value, feed throws(WrongValue) in
        switch try value.text("lf or cr") {
        case "lf", "crlf": feed.statement.layout.lineEnd = .lineFeed
        case "cr": feed.statement.layout.lineEnd = .carriageReturn
        default: throw WrongValue(value, expected: "lf or cr")
        }
      }
    ),
    Key(
      "skip",
      "Lines before the header, or before the first record where there is none.",
      example: "2",
      show: { $0.statement.layout.skippedLines.map(String.init) },
      set: { value, feed throws(WrongValue) in
        feed.statement.layout.skippedLines = try value.integer(0...1_000)
      }
    ),
    Key(
      "header",
      "Rows of the header: a number, or none.",
      example: "none",
      show: { $0.statement.layout.headerRows.map { $0 == 0 ? "none" : "\($0)" } },
      set: { value, feed throws(WrongValue) in
        if case .text("none", _) = value {
          feed.statement.layout.headerRows = 0
        } else {
          feed.statement.layout.headerRows = try value.integer(0...8)
        }
      }
    ),
    Key(
      "columns",
      "The columns' names in the drop's order, in place of the header's.",
      example: "[id, name, amount]",
      isNested: true,
      show: { $0.statement.layout.columns.map(list) },
      set: { value, feed throws(WrongValue) in
        let columns = try value.texts()
        guard !columns.isEmpty else { throw WrongValue(value, expected: "a list of names") }
        feed.statement.layout.columns = columns
      }
    ),
    Key(
      "sheet",
      "The sheet of a workbook (.xlsx) that holds the records; else the first that holds a value.",
      example: "Orders",
      show: { $0.statement.layout.sheet },
      set: { value, feed throws(WrongValue) in
        feed.statement.layout.sheet = try value.text("a sheet's name")
      }
    ),
    Key(
      "records",
      "Where the records lie: a path of JSON (`data.items`, `$`) or of XML (`export/item`).",
      example: "data.items",
      show: { $0.statement.layout.records },
      set: { value, feed throws(WrongValue) in
        let path = try value.text("a path")
        guard JSONLayout.steps(from: path) != nil || XMLLayout(text: path) != nil else {
          throw WrongValue(value, expected: "a path such as data.items or export/item")
        }
        feed.statement.layout.records = path
      }
    ),
  ]

  static let nameKeys: [Key<FeedSettings>] = [
    Key(
      "names",
      "How columns are called: source (as they are) or snake_case.",
      example: "snake_case",
      show: { $0.statement.names.style.rawValue },
      set: { value, feed throws(WrongValue) in
        feed.statement.names.style = try value.word(NameRules.Style.self)
      }
    ),
    Key(
      "rename",
      "Names by hand: from the source's own, as batches show it without settings.",
      example: "{Order No.: order_id}",
      isNested: true,
      show: { pairs($0.statement.names.renames) { $0 } },
      set: { value, feed throws(WrongValue) in
        for member in try value.members("a mapping, such as {Order No.: order_id}") {
          let name = ColumnNames.canonical(try member.value.text("a name"))
          guard !name.isEmpty else { throw WrongValue(member.value, expected: "a name") }
          feed.statement.names.renames[ColumnNames.canonical(member.name)] = name
        }
      }
    ),
  ]

  static let limitKeys: [Key<FeedSettings>] = [
    limit("record", "Bytes of one record.", "64MiB", \.statement.limits.recordBytes),
    limit("field", "Bytes of one field or value.", "16MiB", \.statement.limits.fieldBytes),
    Key(
      "limits.columns",
      "Columns of a table.",
      example: "10000",
      show: { "\($0.statement.limits.columns)" },
      set: { value, feed throws(WrongValue) in
        feed.statement.limits.columns = try value.integer(1...1_000_000)
      }
    ),
    Key(
      "limits.nesting",
      "Levels of nested objects, arrays and elements.",
      example: "512",
      show: { "\($0.statement.limits.depth)" },
      set: { value, feed throws(WrongValue) in
        feed.statement.limits.depth = try value.integer(1...512)
      }
    ),
    Key(
      "limits.inflated",
      "Bytes that a compressed drop may grow to.",
      example: "100GiB",
      show: { bytes(Int64($0.statement.inflateLimits.total)) },
      set: { value, feed throws(WrongValue) in
        feed.statement.inflateLimits.total = UInt64(try value.bytes())
      }
    ),
    Key(
      "limits.inflate-ratio",
      "Inflated bytes for each compressed one.",
      example: "200",
      show: { "\($0.statement.inflateLimits.ratio)" },
      set: { value, feed throws(WrongValue) in
        feed.statement.inflateLimits.ratio = UInt64(try value.integer(1...1_000_000))
      }
    ),
  ]

  private static func limit(
    _ name: String,
    _ summary: String,
    _ example: String,
    _ path: any WritableKeyPath<FeedSettings, Int> & Sendable
  ) -> Key<FeedSettings> {
    Key(
      "limits.\(name)",
      summary,
      example: example,
      show: { bytes(Int64($0[keyPath: path])) },
      set: { value, feed throws(WrongValue) in
        let bytes = try value.bytes()
        guard (1...(1 << 30)).contains(bytes) else {
          throw WrongValue(value, expected: "at most 1GiB")
        }
        feed[keyPath: path] = Int(bytes)
      }
    )
  }
}
