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
    var absent = [Int](repeating: 0, count: members.count)
    defer {
      for (at, member) in members.enumerated() {
        block.present[member.source] = block.count - absent[at]
      }
    }
    // Safe: rows hold `width` cells each, members point at columns below it, keys have 64 bytes
    // behind the last one, and `reserve` makes room before anything is written.
    unsafe members.withUnsafeBufferPointer { members in
      unsafe plan.keys.withUnsafeBufferPointer { keyBytes in
        guard let keys = keyBytes.baseAddress else { return }
        for row in 0..<rows.count {
          let cells = unsafe rows.cells + row * width
          let start = lines.count
          var isRejected = false
          for at in 0..<members.count {
            let cell = unsafe cells[members[at].source]
            if cell.isAbsent {
              absent[at] += 1
              continue
            }
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
                absent[at] += 1
              } else {
                isRejected = !mayGoOn(rows, row, plan, source, block)
              }
            case .contradicts:
              isRejected = true
              unsafe reject(rows, row, plan, members[at].source, block)
            }
            if isRejected {
              for earlier in 0..<at where unsafe cells[members[earlier].source].isAbsent {
                absent[earlier] -= 1
              }
              break
            }
          }
          if isRejected {
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
