import Bytes
import Canonical
import Conversion
import Detection
import Formats
import Records
import Settings
import Testing

@Suite struct `The settings` {
  private func read(
    _ text: String,
    environment: [String: String] = [:],
    options: [Settings.Option] = []
  ) throws -> Settings {
    try Settings.read(
      file: ("dropmill.yaml", text),
      environment: environment,
      options: options
    )
  }

  /// The problems of a text, as they are shown.
  private func problems(_ text: String) -> [String] {
    do {
      _ = try read(text)
      return []
    } catch let errors as SettingsErrors {
      return errors.problems.map(\.description)
    } catch {
      return ["\(error)"]
    }
  }

  @Test func `of a feed are read from a file`() throws {
    let settings = try read(
      """
      inbox: /srv/drop
      threads: 3
      feeds:
        "*":
          retention: 90d
        orders:
          format: csv
          delimiter: ;
          quote: none
          header: none
          skip: 2
          columns: [id, name]
          names: snake_case
          rename: {Order No.: order_id}
          types: {zip: string}
          decimal-mark: comma
          date-order: dmy
          time-zone: Europe/Berlin
          null-words: [NULL, "-"]
          identity: {key: [id, line]}
          snapshot: true
          max-deletes: 2.5%
          contract: pin
          limits: {record: 1MiB, nesting: 10}
          expect: {by: "06:30", on: [mon, fri], rows: 10..20, bytes: 1kB..}
      """
    )
    #expect(settings.house.inbox == "/srv/drop")
    #expect(settings.house.threads == 3)
    let feed = settings.settings(ofFeed: "orders")
    let layout = feed.statement.layout
    #expect(layout.format == .csv)
    #expect(layout.delimiter == Array(";".utf8))
    #expect(layout.quote == StatedLayout.Sign.none)
    #expect(layout.headerRows == 0)
    #expect(layout.skippedLines == 2)
    #expect(layout.columns == ["id", "name"])
    #expect(feed.statement.names.name(for: "Order No.") == "order_id")
    #expect(feed.statement.names.name(for: "ShipTo") == "ship_to")
    #expect(feed.statement.values.types == ["zip": .string])
    #expect(feed.statement.values.decimalMark == .comma)
    #expect(feed.statement.values.dateOrder == .dayMonthYear)
    #expect(feed.statement.values.nullWords == [Array("NULL".utf8), Array("-".utf8)])
    #expect(feed.statement.values.knowsNullWords)
    #expect(feed.identity == .key(["id", "line"]))
    #expect(feed.isSnapshot)
    #expect(feed.maximalDeletes == Percentage(2.5))
    #expect(feed.retention == .days(90))
    #expect(feed.contract == .pin)
    #expect(feed.statement.limits.recordBytes == 1 << 20)
    #expect(feed.statement.limits.depth == 10)
    #expect(feed.expectation?.by == 390)
    #expect(feed.expectation?.weekdays == [.monday, .friday])
    #expect(feed.expectation?.rows == 10...20)
    #expect(feed.expectation?.bytes == 1000...Int64.max)
    #expect(settings.settings(ofFeed: "others").retention == .days(90))
    #expect(settings.settings(ofFeed: "others").identity == .content)
  }

  @Test func `of the command line go over the environment, that over the file`() throws {
    let file = "feeds: {orders: {format: json, encoding: utf-16le, retention: 1d}}"
    let settings = try read(
      file,
      environment: ["DROPMILL_FORMAT": "xml", "DROPMILL_ENCODING": "latin1", "PATH": "x"],
      options: [Settings.Option(key: "format", value: "csv", spelling: "--format")]
    )
    let feed = settings.settings(ofFeed: "orders")
    #expect(feed.statement.layout.format == .csv)
    #expect(feed.statement.layout.encoding?.name == "iso-8859-1")
    #expect(feed.retention == .days(1))
    let origins = Dictionary(
      uniqueKeysWithValues: settings.entries(ofFeed: "orders").map { ($0.key, $0.origin.text) }
    )
    #expect(origins["format"] == "--format")
    #expect(origins["encoding"] == "environment DROPMILL_ENCODING")
    #expect(origins["retention"] == "dropmill.yaml:1:52")
    #expect(origins["contract"] == "default")
  }

  @Test func `name place, word and the word that was meant`() {
    #expect(
      problems("inbox: a\nfeeds:\n  orders:\n    delimeter: ;\n    limits:\n      colums: 3\n") == [
        "dropmill.yaml:4:5: settings-unknown-key: there is no setting “delimeter”. "
          + "Did you mean “delimiter”?",
        "dropmill.yaml:6:7: settings-unknown-key: there is no setting “colums”. "
          + "Did you mean “columns”?",
      ]
    )
    #expect(
      problems("inbux: a").first?.contains("Did you mean “inbox”?") == true
    )
    #expect(
      problems("delimiter: a").first?.contains("“delimiter” under a feed of “feeds”") == true
    )
  }

  @Test(
    arguments: [
      ("none", [0x1F]), ("unit-separator", [0x1F]), ("tab", [0x09]), ("\"\\t\"", [0x09]),
      ("\", \"", [0x2C, 0x20]),
    ] as [(String, [UInt8])]
  )
  func `take a delimiter as a sign, as a word, and that there is none`(
    text: String,
    bytes: [UInt8]
  ) throws {
    let settings = try Settings.read(file: ("s", "feeds: {a: {delimiter: \(text)}}"))
    #expect(settings.settings(ofFeed: "a").statement.layout.delimiter == bytes)
  }

  @Test(arguments: [
    ("threads: many", "1:10"), ("memory: 95MiB", "1:9"), ("feeds: {a: {header: -1}}", "1:21"),
    ("feeds: {a: {delimiter: [1, 2]}}", "1:24"), ("feeds: {a: {quote: abc}}", "1:20"),
    ("feeds: {a: {retention: 10}}", "1:24"), ("feeds: {a: {max-deletes: 120%}}", "1:26"),
    ("feeds: {a: {types: {zip: text}}}", "1:26"), ("feeds: {a: {time-zone: Mars/Base}}", "1:24"),
    ("feeds: {a: {expect: {by: 25:00}}}", "1:26"), ("feeds: {a: {encoding: nonsense}}", "1:23"),
    ("feeds: {a: {identity: {key: []}}}", "1:29"), ("feeds: [a]", "1:8"),
    ("feeds: {a: {limits: 3}}", "1:21"), ("feeds: {a: {expect: {rows: 9..3}}}", "1:28"),
  ])
  func `refuse what they do not take, at its place`(text: String, place: String) {
    let problems = problems(text)
    #expect(problems.count == 1)
    #expect(
      problems.first?.hasPrefix("dropmill.yaml:\(place): settings-wrong-value") == true,
      "\(problems)"
    )
  }

  @Test(arguments: [
    "feeds: {a: {snapshot: true}}", "feeds: {a: {format: json, delimiter: ;}}",
    "feeds: {a: {format: csv, records: x.y}}", "inbox: a\ninbox: b",
    "feeds: {'a*': {files: [x]}}",
  ])
  func `refuse what excludes each other`(text: String) {
    #expect(problems(text).first?.contains("settings-conflict") == true, "\(problems(text))")
  }

  @Test func `that are no YAML name the line`() {
    let problems = problems("inbox: a\n  outbox: [b\n")
    #expect(problems.first?.hasPrefix("dropmill.yaml:2:") == true, "\(problems)")
    #expect(problems.first?.contains("settings-not-yaml") == true)
  }

  @Test func `refuse variables of ours that are no settings`() {
    #expect(throws: SettingsErrors.self) {
      try Settings.read(file: nil, environment: ["DROPMILL_DELIMITR": ";"])
    }
  }

  @Test(arguments: ["", "---\n", "# nothing\n", "feeds: {}", "feeds: {orders: }"])
  func `may say nothing`(text: String) throws {
    #expect(try read(text).settings(ofFeed: "orders") == FeedSettings())
  }

  @Test func `say which feed a file belongs to`() throws {
    let settings = try read("feeds: {orders: {files: [\"Bestell*\", \"shop/*.csv\"]}}")
    #expect(settings.feed(ofDropAt: "Bestellung 3.csv") == "orders")
    #expect(settings.feed(ofDropAt: "berlin/Bestellung 3.csv") == "orders")
    #expect(settings.feed(ofDropAt: "shop/a.csv") == "orders")
    #expect(settings.feed(ofDropAt: "shop/deep/a.csv") == nil)
    #expect(settings.feed(ofDropAt: "a.csv") == nil)
  }

  @Test func `all take their own examples, alone and from the environment`() throws {
    for key in SettingKey.all {
      let isSnapshot = key.name == "snapshot"
      let keyed = isSnapshot ? "identity: {key: [a]}, " : ""
      let parts = key.name.split(separator: ".").map(String.init)
      let inner = parts.reversed().reduce(key.example) { "{\($1): \($0)}" }
      let text =
        key.isOfFeed
        ? "feeds: {a: {\(keyed)\(inner.dropFirst().dropLast())}}" : "\(key.name): \(key.example)"
      let settings = try read(text)
      let entries = key.isOfFeed ? settings.entries(ofFeed: "a") : settings.houseEntries
      let entry = try #require(entries.first { $0.key == key.name })
      #expect(entry.origin != .standard, "\(key.name)")
      let value = try #require(entry.value, "\(key.name) shows nothing")
      if isSnapshot { continue }
      // What is shown can be stated again, and means the same.
      let again = try Settings.read(file: nil, environment: [key.variable: value])
      let shown = (key.isOfFeed ? again.entries(ofFeed: "a") : again.houseEntries)
        .first { $0.key == key.name }
      #expect(shown?.value == value, "\(key.name)")
    }
  }
}
