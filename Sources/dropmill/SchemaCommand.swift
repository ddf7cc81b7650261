import ArgumentParser
import Conversion
import Files
import Ledger
import Mill
import Records
import Settings

/// Versions and contracts of feeds.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Shows what a feed's records are, and decides what they may become.",
    subcommands: [Show.self, Diff.self, Accept.self, Pin.self, Unpin.self]
  )

  /// The columns, what they promise, and how they came to be.
  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Shows a feed's columns, its versions, and what was decided; without FEED, the feeds."
    )

    @Argument(help: "The feed, as its folder in the outbox is called.")
    var feed: String?

    @Flag(help: "As JSON.")
    var json = false

    @OptionGroup var folders: NamedFolders

    func run() throws {
      let settings = try folders.settings()
      let output = try File.standardOutput()
      guard let feed else {
        let feeds = try MillError.told { try StateAccess.feeds(settings) }
        try output.write(Array(feeds.map { $0 + "\n" }.joined().utf8))
        return
      }
      let page = try MillError.told { try StateAccess.schema(of: feed, settings) }
      try output.write(Array((json ? page.json : page.text).utf8))
    }
  }

  /// What changed from one version to another.
  struct Diff: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Says what changed between two versions of a feed's schema; ends with 1 if anything.",
      discussion: """
        Examples:
          dropmill schema diff orders        the last two versions
          dropmill schema diff orders 1      from version 1 to the last
          dropmill schema diff orders 1 3
        """
    )

    @Argument(help: "The feed.")
    var feed: String

    @Argument(help: "The older version; else the one before the last.")
    var from: Int?

    @Argument(help: "The newer version; else the last.")
    var to: Int?

    @OptionGroup var folders: NamedFolders

    func run() throws {
      let settings = try folders.settings()
      let page = try MillError.told { try StateAccess.schema(of: feed, settings) }
      let versions = page.versions
      let newer = to ?? versions.count
      let older = from ?? max(newer - 1, 1)
      guard versions.indices.contains(newer - 1), versions.indices.contains(older - 1) else {
        throw ValidationError("“\(feed)” has the versions 1 to \(versions.count).")
      }
      let difference = SchemaDifference(
        from: versions[older - 1].schema,
        to: versions[newer - 1].schema
      )
      var lines = difference.changes.map { "\($0.kind.rawValue)\t\($0)\n" }
      let name = String(decoding: page.feed.name, as: UTF8.self)
      let rules = settings.feeds.settings(ofFeed: name).statement.names
      for rename in page.renames where (older + 1...max(newer, older + 1)).contains(rename.version)
      {
        lines.append("renamed?\t\(Talk.printable(rules.advice(rename.proposal, feed: name)))\n")
      }
      try File.standardOutput().write(Array(lines.joined().utf8))
      if !difference.isEmpty { throw ExitCode(1) }
    }
  }

  /// Lets the schema become what held drops need.
  struct Accept: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets a feed's schema become what held drops need, and takes the drops."
    )

    @Argument(help: "The feed.")
    var feed: String

    @Argument(help: "The drops; else every drop of the feed that is held over its budget.")
    var drops: [String] = []

    @OptionGroup var folders: NamedFolders

    func run() throws {
      try folders.settle(.accept, drops, of: feed)
    }
  }

  /// Lets columns keep their types.
  struct Pin: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets columns keep their types: records that do not fit are rejected.",
      discussion: """
        Examples:
          dropmill schema pin orders                     all columns
          dropmill schema pin orders id total
          dropmill schema pin orders zip=string          with another type, as a new version
        """
    )

    @Argument(help: "The feed.")
    var feed: String

    @Argument(help: ArgumentHelp("Columns; else all.", valueName: "column[=type]"))
    var columns: [String] = []

    @OptionGroup var folders: NamedFolders

    func run() throws {
      let settings = try folders.settings()
      try MillError.told {
        let known = try StateAccess.schema(of: feed, settings).versions.last?.schema ?? .empty
        let pins = try columns.map { try Self.parsed($0, known) }
        _ = try StateAccess.pin(pins, of: feed, by: Environment.user, settings)
      }
    }

    private static func parsed(
      _ text: String,
      _ known: Schema
    ) throws -> SchemaBook.PinnedColumn {
      // A column's own name may hold an equals sign.
      guard known.type(of: text) == nil, let mark = text.lastIndex(of: "=") else {
        return SchemaBook.PinnedColumn(name: text, type: nil)
      }
      let word = String(text[text.index(after: mark)...])
      guard let type = ColumnType(name: word), type != .empty else {
        let words = ColumnType.allCases.filter { $0 != .empty }.map(\.name)
        throw ValidationError("“\(word)” is no type: \(words.joined(separator: ", ")).")
      }
      return SchemaBook.PinnedColumn(name: String(text[..<mark]), type: type)
    }
  }

  /// Lets columns widen again.
  struct Unpin: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lets columns widen again where values need it."
    )

    @Argument(help: "The feed.")
    var feed: String

    @Argument(help: "Columns; else all.")
    var columns: [String] = []

    @OptionGroup var folders: NamedFolders

    func run() throws {
      let settings = try folders.settings()
      let page = try MillError.told {
        try StateAccess.unpin(columns, of: feed, by: Environment.user, settings)
      }
      let name = String(decoding: page.feed.name, as: UTF8.self)
      let stated = settings.feeds.settings(ofFeed: name)
      if stated.contract == .pin {
        Talk.say("The settings still pin “\(feed)”: take `contract: pin` out of them.")
      }
    }
  }
}
