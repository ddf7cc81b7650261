/// When a record counts as known already.
public enum IdentityMode: Sendable, Hashable {
  /// When a record with the same content was written before.
  case content
  /// When this drop's n-th such record was written before as an n-th.
  case occurrence
  /// When the latest record written with the same values in these columns has the same content.
  case key([String])
  /// As ``key(_:)``, and each drop is the whole truth: keys that it lacks were deleted.
  case snapshot([String])
  /// Never.
  case none

  /// The mode in manifests and receipts.
  public var name: String {
    switch self {
    case .content: "content"
    case .occurrence: "occurrence"
    case .key: "key"
    case .snapshot: "snapshot"
    case .none: "none"
    }
  }

  /// The columns of the key; empty where records are compared as a whole.
  public var key: [String] {
    switch self {
    case .key(let columns), .snapshot(let columns): columns
    case .content, .occurrence, .none: []
    }
  }

  /// The mode as a feed's row in the ledger holds it: two modes with the same text are one.
  public var stored: String {
    name + key.map { ":\($0.utf8.count):\($0)" }.joined()
  }
}
