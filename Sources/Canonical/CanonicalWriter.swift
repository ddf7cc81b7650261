public import Bytes
import Records

/// Writes rows as canonical lines under a plan; one writer a worker.
///
/// How this works: for each row the members are written in output order, each as `,"name":value`;
/// the first comma then becomes the opening brace. The kernel writes the values that stand nearly as
/// they will be written; the others are written here. A value that its form cannot hold marks the
/// block as violated and leaves evidence; the caller widens the plan and converts the block again.
public final class CanonicalWriter: @unchecked Sendable {
  // Sendable because a writer has one owner at a time: its worker.

  private let key: FingerprintKey?
  let scratch = ByteBuffer(capacity: 256)
  /// What the kernel writes beside the lines.
  let room = WritingRoom()
  /// The plan's, while rows are written.
  private(set) var zone: ZoneOffsets?

  /// A writer that fingerprints each line under `key`, or none where that is nil.
  public init(key: FingerprintKey?) {
    self.key = key
  }

  /// What the values of the rows have shown, a column each, added to `evidence`.
  public static func infer(_ rows: RowBlock, plan: Plan, into evidence: inout [ColumnEvidence]) {
    // Safe: each row has `width` cells, whose texts lie in the block or in scratch.
    while evidence.count < rows.width { evidence.append(ColumnEvidence()) }
    for column in 0..<rows.width {
      let pin = plan.pin(of: column)
      let allowed = column < plan.allowed.count ? plan.allowed[column] : plan.openAllowed
      for row in 0..<rows.count {
        let cell = unsafe rows.cells[row * rows.width + column]
        if cell.isAbsent { continue }
        unsafe evidence[column].add(cell, rows.bytes(of: cell), allowed: allowed, pin: pin)
        if evidence[column].isSettled { break }
      }
    }
  }

  /// Converts the rows; `block` is emptied first.
  public func write(_ rows: RowBlock, plan: Plan, into block: CanonicalBlock) {
    block.lines.count = 0
    block.ends.removeAll(keepingCapacity: true)
    block.sourceLines.removeAll(keepingCapacity: true)
    block.fingerprints.removeAll(keepingCapacity: true)
    block.evidence.removeAll(keepingCapacity: true)
    block.rejects = rows.rejects
    block.repairs = rows.repairs
    block.firstLine = rows.firstLine
    block.isViolated = rows.width > plan.names.count
    block.addedNames = rows.addedNames
    block.nullWords.removeAll(keepingCapacity: true)
    block.present = [Int](repeating: 0, count: plan.names.count)
    block.otherKinds.removeAll(keepingCapacity: true)
    if block.isViolated {
      Self.infer(rows, plan: plan, into: &block.evidence)
      return
    }
    zone = plan.zone
    writeRows(rows, plan, block)
    if let key, !block.isViolated { key.fingerprint(block) }
  }

  /// Whether a value that its form cannot hold is a word for a missing one; then it is counted.
  @inline(never)
  func isMissing(
    _ cell: Cell,
    _ rows: RowBlock,
    _ plan: Plan,
    _ column: Int,
    _ block: CanonicalBlock
  ) -> Bool {
    guard cell.kind == .text || cell.kind == .plainText, plan.forms[column].isScalarType,
      plan.allowed[column].contains(.missing),
      let word = unsafe NullWords.index(of: rows.bytes(of: cell), cell.length)
    else { return false }
    block.addNullWord(word, column: column, columns: plan.names.count)
    return true
  }
}

extension ColumnEvidence {
  /// Nothing that follows can change it: text for good.
  var isSettled: Bool { nesting == .scalar && readings.isEmpty }
}

extension Form {
  /// A type of single values that is narrower than text.
  fileprivate var isScalarType: Bool {
    switch self {
    case .empty, .string, .object, .array: false
    default: true
    }
  }
}
