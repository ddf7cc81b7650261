/// A run on disk, as the ledger has to remember it.
public struct StoredRun: Hashable, Sendable {
  /// The file's name in the folder of runs.
  public var name: String
  /// How many fingerprints it holds.
  public var count: Int64
  /// SHA-256 of the fingerprints in order, 16 bytes each: the same set, the same 32 bytes.
  public var sha256: [UInt8]

  /// A run of that name and content.
  public init(name: String, count: Int64, sha256: [UInt8]) {
    self.name = name
    self.count = count
    self.sha256 = sha256
  }
}
