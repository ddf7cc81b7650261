import FoundationEssentials
import Ledger

/// What is asked of a state folder: by the process that watches, or by one that comes by.
public struct StateRequest: Codable, Sendable {
  /// What is asked.
  public enum Kind: String, Codable, Sendable {
    case status
    case drops
    case batches
    /// A copy of the ledger, for a plan.
    case copy
    /// The schema and the contract of a feed.
    case schema
    /// Columns are to keep their types.
    case pin
    /// Columns may widen again.
    case unpin
    /// Something is to be done with held drops.
    case settle
    /// A person is to be erased from a feed.
    case erase

    /// Whether it changes something: then it waits until no drop is under way.
    var isChange: Bool {
      switch self {
      case .pin, .unpin, .settle, .erase: true
      case .status, .drops, .batches, .copy, .schema: false
      }
    }
  }

  /// What is asked.
  public var kind: Kind
  /// Only of this feed, by its name in paths.
  public var feed: String?
  /// Only of drops that stand there.
  public var state: String?
  /// At most so many.
  public var limit: Int
  /// What is to be done with held drops.
  var action: DropRequest?
  /// Those drops, as a person names them; none: all of the feed that are held over its budget.
  var heldDrops: [String]?
  /// Columns that are to be pinned or loosened; none: all.
  var columns: [SchemaBook.PinnedColumn]?
  /// Who is to be erased.
  var subject: Subject?
  /// Who asks.
  var user: String?

  /// A request.
  public init(_ kind: Kind, feed: String? = nil, state: String? = nil, limit: Int = 50) {
    self.kind = kind
    self.feed = feed
    self.state = state
    self.limit = limit
  }
}

/// The answer to a request, as it goes through the socket.
struct StateAnswer: Codable {
  var status: StatusReport?
  var drops: [DropReport]?
  var batches: [BatchReport]?
  /// The folder below the state folder that the copy lies in.
  var copy: String?
  /// The names of the feeds in paths.
  var feeds: [String]?
  var page: SchemaBook.Page?
  /// What became of held drops.
  var settled: [SettledDrop]?
  /// What an erasure found and took away.
  var erasure: ErasureReport?
  var error: String?
  var exitCode: Int32?
}

extension StateAnswer {
  /// The answer that something went wrong.
  init(_ error: any Error) {
    let cause = MillError(error)
    self.init(error: cause.description, exitCode: cause.exitCode)
  }
}

/// The text form of reports and requests.
public enum ReportText: Sendable {
  /// A report as one line of JSON, members in snake case and sorted.
  public static func line(_ report: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Reports hold texts and whole numbers: nothing in them cannot be written.
    let data = (try? encoder.encode(report)) ?? Data()
    return Array(data) + [0x0A]
  }

  static func read<Report: Decodable>(_ type: Report.Type, _ bytes: [UInt8]) -> Report? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try? decoder.decode(type, from: Data(bytes))
  }
}
