public import Bytes
public import Canonical
public import Detection
public import Records

/// What a conversion found and did: all that a receipt tells, apart from where the records went.
public struct ConversionReport: Sendable {
  /// A column that stayed text for want of proof, and what was left open.
  public struct OpenColumn: Sendable, Hashable {
    /// The column's canonical name.
    public var name: String
    /// What nothing in the drop decides.
    public var doubt: Doubt
  }

  /// A word that stood for a missing value in a column of numbers, dates or booleans.
  public struct NullWord: Sendable, Hashable {
    /// The column's canonical name.
    public var name: String
    /// The word, as `NullWords.all` has it.
    public var word: String
    /// Records in which it is a null.
    public var count: UInt64
  }

  /// What the bytes turned out to be.
  public var findings: Findings
  /// How the drop was compressed.
  public var compression: Compression
  /// Canonical names of the columns, in the source's order.
  public var names: [String]
  /// The same names as they are without the feed's rules, which is what `rename` goes by.
  public var sourceNames: [String]
  /// The columns with the types that they were written in, under the feed's schema.
  public var schema: Schema
  /// Records converted that have a value in each column, in the order of `names`.
  public var present: [Int]
  /// Columns that stayed text for want of proof.
  public var doubts: [OpenColumn]
  /// Words that were taken for nulls, column by column; only where the rest of the column proves a type.
  public var nullWords: [NullWord] = []
  /// Notations that the values prove, by the columns' names; those of the feed's later drops.
  public var notations: [String: Notation] = [:]
  /// Records in the drop: converted and rejected.
  public var recordsRead: UInt64
  /// Records that could not be converted.
  public var recordsRejected: UInt64
  /// Of those, rows that are no records: totals, notes, the header once more.
  public var rowsSetAside: UInt64
  /// Records that were read otherwise than they stand, each with both readings: the first of them.
  public var repairs: [Repair]
  /// Records that were read otherwise than they stand.
  public var recordsRepaired: UInt64
  /// SHA-256 of the content without its compression; empty where it was not asked for.
  public var contentSHA256: [UInt8]
  /// Bytes of the content without its compression; 0 where the hash was not asked for.
  public var contentBytes: UInt64
  /// How often the drop was read.
  public var passes: Int
  /// What is odd about the compression, for people.
  public var warnings: [String]

  /// Records converted.
  public var recordsConverted: UInt64 { recordsRead - recordsRejected }
}
