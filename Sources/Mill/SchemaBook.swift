import Files
public import Ledger
public import Records

/// The schemas and contracts of feeds, for a person to read and to change.
public struct SchemaBook {
  let ledger: Ledger
  let clock: WallClock

  /// What is known of one feed's schema.
  public struct Page: Sendable, Codable {
    /// The feed.
    public var feed: Feed
    /// Which of its columns keep their types.
    public var contract: Contract
    /// All versions, oldest first.
    public var versions: [SchemaVersion]
    /// What people decided, oldest first.
    public var decisions: [Decision]
    /// Drops that wait for a decision, newest first.
    public var held: [HeldDrop]
    /// Columns that seem to go on under another name, oldest first.
    public var renames: [ProposedRename]
  }

  /// A drop that waits for a decision.
  public struct HeldDrop: Sendable, Codable {
    /// The claim.
    public var claim: ClaimID
    /// The name it was dropped under, raw bytes.
    public var name: [UInt8]
    /// Why it is held.
    public var reason: String
  }

  /// A column to be pinned.
  public struct PinnedColumn: Sendable, Codable {
    /// Its name.
    public var name: String
    /// The type that it is to have; nil: the one it has.
    public var type: ColumnType?

    /// A column to be pinned to a type, or to the one it has.
    public init(name: String, type: ColumnType?) {
      self.name = name
      self.type = type
    }
  }

  /// The page of the feed of that name in paths.
  ///
  /// - Throws: ``MillError/noFeed(name:nearest:)``.
  func page(_ slug: String) throws -> Page {
    let feed = try ledger.knownFeed(slug)
    return Page(
      feed: feed,
      contract: try ledger.contract(of: feed.id),
      versions: try ledger.schemas(of: feed.id),
      decisions: try ledger.decisions(of: feed.id),
      held: try ledger.latestDrops(of: feed.id, in: .held, limit: 100).map {
        HeldDrop(claim: $0.id, name: $0.name, reason: $0.reason ?? "")
      },
      renames: try ledger.renames(of: feed.id)
    )
  }

  /// The names of all feeds in paths.
  func feeds() throws -> [String] { try ledger.totals().feeds.map(\.feed.slug) }

  /// Pins columns of a feed to their types, or to those that are stated; none named: all columns.
  ///
  /// A type that is stated makes a new version of the schema, which says who stated it.
  ///
  /// - Parameters:
  ///   - slug: The feed.
  ///   - columns: Columns, each with the type it is to have; nil: the one it has.
  ///   - user: Who pins them.
  /// - Throws: ``MillError/noSuchColumn(name:feed:known:)``.
  func pin(_ slug: String, _ columns: [PinnedColumn], by user: String) throws {
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

  /// Lets columns of a feed widen again where values need it; none named: all columns.
  ///
  /// - Parameters:
  ///   - slug: The feed.
  ///   - columns: Columns.
  ///   - user: Who loosens them.
  /// - Throws: ``MillError/noSuchColumn(name:feed:known:)``.
  func unpin(_ slug: String, _ columns: [String], by user: String) throws {
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

  /// Does what is asked of schemas and contracts.
  func answer(_ request: StateRequest) throws -> StateAnswer {
    guard let feed = request.feed else { return StateAnswer(feeds: try feeds()) }
    let user = request.user ?? ""
    switch request.kind {
    case .pin: try pin(feed, request.columns ?? [], by: user)
    case .unpin: try unpin(feed, (request.columns ?? []).map(\.name), by: user)
    default: break
    }
    return StateAnswer(page: try page(feed))
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
}

@available(*, unavailable)
extension SchemaBook: Sendable {}
