/// The memory that a session may take, in bytes.
public struct IdentityMemory: Hashable, Sendable {
  /// For new fingerprints, about 21 bytes each; what is past it is spilled to files.
  public var new: Int
  /// For mapped pages of runs, besides what new fingerprints don't need yet.
  ///
  /// The system can take them back at any time, but they count as memory of the process.
  public var mapped: Int

  /// Memory of those sizes: 144 MiB, for seven million fingerprints, and 32 MiB unless told otherwise.
  public init(new: Int = 144 << 20, mapped: Int = 32 << 20) {
    self.new = new
    self.mapped = mapped
  }

  /// What a process takes for all else, on up to sixteen processors.
  private static let besides: Int64 = 80 << 20

  /// What is left of a process's memory, in bytes.
  public init(ofProcess bytes: Int64) {
    let left = Int(clamping: max(0, bytes - Self.besides))
    mapped = min(32 << 20, left / 4)
    new = left - mapped
  }
}
