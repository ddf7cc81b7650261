/// What a feed promises its readers: whether the types of its columns may widen.
public struct Contract: Sendable, Hashable, Codable {
  /// Whether columns keep their types, apart from the exceptions.
  public var isPinned = false
  /// Columns for which the opposite holds.
  public var exceptions: Set<String> = []

  /// Columns widen where values need it.
  public static let evolving = Contract()
  /// Every column keeps its type.
  public static let pinned = Contract(isPinned: true)

  /// A contract with exceptions.
  public init(isPinned: Bool = false, exceptions: Set<String> = []) {
    self.isPinned = isPinned
    self.exceptions = exceptions
  }

  /// Whether the column of that name keeps its type: a value that the type cannot hold is rejected.
  public func pins(_ column: String) -> Bool { isPinned != exceptions.contains(column) }

  /// Pins columns, or loosens them; none named: all of them.
  public mutating func set(pinned: Bool, _ columns: [String]) {
    guard !columns.isEmpty else {
      self = Contract(isPinned: pinned)
      return
    }
    if pinned == isPinned { exceptions.subtract(columns) } else { exceptions.formUnion(columns) }
  }

  /// The word for the contract: `evolve` or `pin`.
  public var name: String { isPinned ? "pin" : "evolve" }
}

/// What the settings of a feed say of its contract.
public struct ContractRule: Sendable, Hashable {
  /// Whether the settings pin every column.
  public var isPinned = false
  /// Per cent of a drop's records that may be rejected, for whatever reason, before it is held.
  ///
  /// Without it only records that break the contract count: ``defaultBudget`` of them, or one.
  public var maximalRejects: Double?

  /// Nothing is stated.
  public init() {}

  /// Per cent of a drop's records that may break the contract before it is held.
  public static let defaultBudget = 10.0

  /// Whether so many rejected records are more than the feed puts up with.
  ///
  /// - Parameters:
  ///   - rejected: records that were rejected, for whatever reason.
  ///   - breaches: those of them that broke the contract.
  ///   - read: records of the drop.
  /// - Returns: true where the drop is to be held.
  public func isExceeded(rejected: Int64, breaches: Int64, read: Int64) -> Bool {
    if let maximalRejects { return Double(rejected) * 100 > maximalRejects * Double(read) }
    // One bad row of three is a bad row, not a broken feed.
    return breaches > 1 && Double(breaches) * 100 > Self.defaultBudget * Double(read)
  }
}
