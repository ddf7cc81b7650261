public import Bytes
import Records

/// Writes rows as canonical lines under a plan; one writer a worker.
///
/// How this works: for each row the members are written in output order, each as `,"name":value`;
/// the first comma then becomes the opening brace. A value that its form cannot hold marks the
/// block as violated and leaves evidence; the caller widens the plan and converts the block again.
public final class CanonicalWriter: @unchecked Sendable {
  // Sendable because a writer has one owner at a time: its worker.

  private let key: FingerprintKey?
  let scratch = ByteBuffer(capacity: 256)
  /// The plan's, while rows are written.
  private(set) var zone: ZoneOffsets?

  /// A writer that fingerprints each line under `key`, or none where that is nil.
  public init(key: FingerprintKey?) {
    self.key = key
  }

  /// What the values of the rows have shown, a column each, added to `evidence`.
  public static func infer(_ rows: RowBlock, plan: Plan, into evidence: inout [ColumnEvidence]) {
    while evidence.count < rows.width { evidence.append(ColumnEvidence()) }
    for column in 0..<rows.width {
      let allowed = column < plan.allowed.count ? plan.allowed[column] : plan.openAllowed
      for row in 0..<rows.count {
        let cell = unsafe rows.cells[row * rows.width + column]
        if cell.isAbsent { continue }
        unsafe evidence[column].add(cell, rows.bytes(of: cell), allowed: allowed)
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
    if block.isViolated {
      Self.infer(rows, plan: plan, into: &block.evidence)
      return
    }
    zone = plan.zone
    block.ends.reserveCapacity(rows.count)
    block.sourceLines.reserveCapacity(rows.count)
    let members =
      rows.width < plan.names.count
      ? plan.members.filter { $0.source < rows.width } : plan.members
    writeRows(rows, plan, members, block)
    if let key, !block.isViolated { key.fingerprint(block) }
  }

  private func writeRows(
    _ rows: RowBlock,
    _ plan: Plan,
    _ members: [Plan.Member],
    _ block: CanonicalBlock
  ) {
    let lines = block.lines
    let width = rows.width
    // Safe: rows hold `width` cells each, members point at columns below it, keys have 64 bytes
    // behind the last one, and `reserve` makes room before anything is written.
    unsafe members.withUnsafeBufferPointer { members in
      unsafe plan.keys.withUnsafeBufferPointer { keyBytes in
        guard let keys = keyBytes.baseAddress else { return }
        for row in 0..<rows.count {
          let cells = unsafe rows.cells + row * width
          let start = lines.count
          var isContradicted = false
          for at in 0..<members.count {
            let cell = unsafe cells[members[at].source]
            if cell.isAbsent { continue }
            let keyLength = unsafe members[at].keyLength
            let before = lines.count
            lines.reserve(cell.length + keyLength + 96)
            unsafe copy(keys + members[at].keyOffset, keyLength, to: lines)
            switch unsafe writeValue(cell, rows.bytes(of: cell), members[at].form, to: lines) {
            case .written: break
            case .refused:
              let source = unsafe members[at].source
              if isMissing(cell, rows, plan, source, block) {
                lines.count = before
              } else {
                refuse(cell, rows, plan, source, block)
              }
            case .contradicts:
              isContradicted = true
              unsafe block.rejects.append(
                contradiction(rows, row, plan, column: members[at].source)
              )
            }
            if isContradicted { break }
          }
          if isContradicted {
            lines.count = start
            continue
          }
          lines.reserve(3)
          if lines.count == start { lines.append(0x7B) } else { unsafe lines.base[start] = 0x7B }
          lines.append(0x7D)
          lines.append(0x0A)
          block.ends.append(UInt32(truncatingIfNeeded: lines.count))
          unsafe block.sourceLines.append(rows.lines[row])
        }
      }
    }
  }

  @inline(never)
  private func refuse(
    _ cell: Cell,
    _ rows: RowBlock,
    _ plan: Plan,
    _ column: Int,
    _ block: CanonicalBlock
  ) {
    if case .string(isOpen: true) = plan.forms[column] {} else { block.isViolated = true }
    while block.evidence.count < plan.names.count { block.evidence.append(ColumnEvidence()) }
    unsafe block.evidence[column].add(cell, rows.bytes(of: cell), allowed: plan.allowed[column])
  }

  /// Whether a value that its form cannot hold is a word for a missing one; then it is counted.
  @inline(never)
  private func isMissing(
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

  private func contradiction(
    _ rows: RowBlock,
    _ row: Int,
    _ plan: Plan,
    column: Int
  ) -> Reject {
    let kind: String
    switch unsafe rows.cells[row * rows.width + column].kind {
    case .object: kind = "an object"
    case .array: kind = "an array"
    default: kind = "a single value"
    }
    let fields = (0..<rows.width).map { column -> [UInt8] in
      let cell = unsafe rows.cells[row * rows.width + column]
      switch cell.kind {
      case .absent: return []
      case .true: return Array("true".utf8)
      case .false: return Array("false".utf8)
      default:
        return unsafe Array(UnsafeBufferPointer(start: rows.bytes(of: cell), count: cell.length))
      }
    }
    return unsafe Reject(
      line: rows.firstLine + UInt64(rows.lines[row]),
      column: UInt32(column + 1),
      code: .contradictsSchema,
      found:
        "\(kind) in “\(plan.names[column])”, where the column holds \(plan.forms[column].kind)",
      fields: fields
    )
  }
}

extension Plan {
  /// The readings of texts in columns that the plan does not know yet.
  var openAllowed: Readings { typesItsValues ? .temporal : .all.union(.missing) }
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

  fileprivate var kind: String {
    switch self {
    case .object: "objects"
    case .array: "arrays"
    default: "single values"
    }
  }
}
