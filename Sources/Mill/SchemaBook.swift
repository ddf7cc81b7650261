public import Files
public import Ledger
public import Records

/// The schemas and contracts of feeds, for a person to read and to change.
///
/// Takes the state folder for itself while it lives: no other dropmill may work there.
public final class SchemaBook {
  private let ledger: Ledger
  private let lock: StateLock
  private let clock: WallClock

  /// Opens the book of a state folder, which must be there.
  ///
  /// - Throws: ``MillError/noStateFolder(path:)``, ``MillError/inUse(path:)``.
  public static func open(
    state path: [UInt8],
    clock: WallClock = .system
  ) throws(MillError) -> SchemaBook {
    do {
      let state = try Directory(path: path)
      // None is made by a question.
      guard try state.factsIfThere(Array("ledger.sqlite".utf8)) != nil else {
        throw MillError.noStateFolder(path: path)
      }
      let lock = try StateLock(in: state, path: path)
      return SchemaBook(try Ledger.open(in: state), lock, clock)
    } catch let error as FileError where error.isErrno(Errno.notFound) {
      throw .noStateFolder(path: path)
    } catch {
      throw MillError(error)
    }
  }

  private init(_ ledger: Ledger, _ lock: StateLock, _ clock: WallClock) {
    self.ledger = ledger
    self.lock = lock
    self.clock = clock
  }

  /// What is known of one feed's schema.
  public struct Page: Sendable {
    /// The feed.
    public var feed: Feed
    /// Which of its columns keep their types.
    public var contract: Contract
    /// All versions, oldest first.
    public var versions: [SchemaVersion]
    /// What people decided, oldest first.
    public var decisions: [Decision]
    /// Drops that wait for a decision, newest first.
    public var held: [Drop]
  }

  /// The page of the feed of that name in paths.
  ///
  /// - Throws: ``MillError/noFeed(name:nearest:)``.
  public func page(_ slug: String) throws(MillError) -> Page {
    try told {
      let feed = try ledger.knownFeed(slug)
      return Page(
        feed: feed,
        contract: try ledger.contract(of: feed.id),
        versions: try ledger.schemas(of: feed.id),
        decisions: try ledger.decisions(of: feed.id),
        held: try ledger.latestDrops(of: feed.id, in: .held, limit: 100)
      )
    }
  }

  /// The names of all feeds in paths.
  public func feeds() throws(MillError) -> [String] {
    try told { try ledger.totals().feeds.map(\.feed.slug) }
  }

  /// Pins columns of a feed to their types, or to those that are stated; none named: all columns.
  ///
  /// A type that is stated makes a new version of the schema, which says who stated it.
  ///
  /// - Parameters:
  ///   - slug: The feed.
  ///   - columns: Columns, each with the type it is to have; nil: the one it has.
  ///   - user: Who pins them.
  /// - Throws: ``MillError/noSuchColumn(name:feed:known:)``.
  public func pin(
    _ slug: String,
    _ columns: [(name: String, type: ColumnType?)],
    by user: String
  ) throws(MillError) {
    try told {
      let page = try page(slug)
      let schema = page.versions.last?.schema ?? .empty
      try require(columns.map(\.name), of: page)
      var contract = page.contract
      contract.set(pinned: true, columns.map(\.name))
      let stated = Dictionary(columns.map { ($0.name, $0.type) }) { $1 }
      let next = Schema(
        columns: schema.columns.map { column in
          Column(name: column.name, type: stated[column.name].flatMap(\.self) ?? column.type)
        }
      )
      let difference = SchemaDifference(from: schema, to: next)
      let moment = clock.now
      let version = SchemaVersion(
        feed: page.feed.id,
        version: page.feed.schemaVersion + 1,
        schema: next,
        change: SchemaChange(difference),
        provedBy: nil,
        decidedBy: user,
        made: moment
      )
      let names = columns.map { column in
        column.type.map { "\(column.name)=\($0.name)" } ?? column.name
      }
      try ledger.set(
        contract,
        of: page.feed.id,
        version: difference.isEmpty ? nil : version,
        Decision(action: "pin", detail: detail(names), user: user, made: moment)
      )
    }
  }

  /// Lets columns of a feed widen again where values need it; none named: all columns.
  ///
  /// - Parameters:
  ///   - slug: The feed.
  ///   - columns: Columns.
  ///   - user: Who loosens them.
  /// - Throws: ``MillError/noSuchColumn(name:feed:known:)``.
  public func unpin(_ slug: String, _ columns: [String], by user: String) throws(MillError) {
    try told {
      let page = try page(slug)
      try require(columns, of: page)
      var contract = page.contract
      contract.set(pinned: false, columns)
      try ledger.set(
        contract,
        of: page.feed.id,
        Decision(action: "unpin", detail: detail(columns), user: user, made: clock.now)
      )
    }
  }

  private func detail(_ columns: [String]) -> String {
    columns.isEmpty ? "all columns" : columns.joined(separator: ", ")
  }

  private func require(_ columns: [String], of page: Page) throws {
    let known = page.versions.last?.schema.columns.map(\.name) ?? []
    for name in columns where !known.contains(name) {
      throw MillError.noSuchColumn(name: name, feed: page.feed.slug, known: known)
    }
  }

  private func told<Result>(_ work: () throws -> Result) throws(MillError) -> Result {
    do {
      return try work()
    } catch {
      throw MillError(error)
    }
  }
}

@available(*, unavailable)
extension SchemaBook: Sendable {}
