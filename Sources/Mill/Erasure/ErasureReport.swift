import Files
import Ledger

/// What an erasure found and took away, or would.
public struct ErasureReport: Sendable, Codable {
  /// The feed's name in paths.
  public var feed: String
  /// The column that tells the person.
  public var column: String
  /// Whether nothing was changed.
  public var isPlan = false
  /// Originals in `_done` that held records of the person, below the inbox.
  public var originals: [String] = []
  /// Held drops that named the person: they are gone as a whole.
  public var held: [String] = []
  /// Tables of rejected records that named the person.
  public var rejects: [String] = []
  /// Batches in the outbox that held records of the person.
  public var batches: [String] = []
  /// Originals that could not be looked into.
  public var unread: [String] = []
  /// Records taken out of batches that are in the outbox.
  public var publishedRecords: Int64 = 0
  /// Records taken out of originals and tables.
  public var keptRecords: Int64 = 0
  /// The batch that tells targets; nil where none was ever delivered.
  public var tombstone: String?

  /// Whether everything could be looked into.
  public var isComplete: Bool { unread.isEmpty }

  init(feed: String, column: String) {
    self.feed = feed
    self.column = column
  }

  mutating func add(_ places: [ErasedPlace]) {
    for place in places.sorted(by: { $0.place.lexicographicallyPrecedes($1.place) }) {
      let name = shown(place.place)
      switch place.kind {
      case .original: originals.append(name)
      case .held: held.append(name)
      case .rejects: rejects.append(name)
      case .batch: batches.append(name)
      case .unread: unread.append(name)
      }
      if place.kind == .batch {
        publishedRecords += place.records
      } else {
        keptRecords += place.records
      }
    }
  }
}

/// Who is to be erased from a feed: a value that the person has in a column.
public struct Subject: Sendable, Codable {
  /// The column's canonical name.
  public var column: String
  /// The value as it stands in the outbox, without quotes.
  public var value: String
  /// Whether only to say what would be done.
  public var isPlan: Bool

  /// A person.
  public init(column: String, value: String, isPlan: Bool = false) {
    self.column = column
    self.value = value
    self.isPlan = isPlan
  }
}
