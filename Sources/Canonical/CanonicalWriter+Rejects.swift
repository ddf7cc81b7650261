import Bytes
import Records

// Safe: cells of a row under way and their texts, which live as long as the rows do.
extension CanonicalWriter {
  /// Whether a record goes on although a value of it could not be written: what the value has shown
  /// then widens the plan, or waits for the proof of an open column.
  @inline(never)
  func mayGoOn(
    _ rows: RowBlock,
    _ row: Int,
    _ plan: Plan,
    _ column: Int,
    _ block: CanonicalBlock
  ) -> Bool {
    let cell = unsafe rows.cells[row * rows.width + column]
    let pin = plan.pin(of: column)
    while block.evidence.count < plan.names.count { block.evidence.append(ColumnEvidence()) }
    if let pin {
      var shown = ColumnEvidence()
      unsafe shown.add(cell, rows.bytes(of: cell), allowed: plan.allowed[column])
      guard pin.isNews(shown) else {
        reject(rows, row, plan, column, block)
        return false
      }
    }
    if case .string(isOpen: true) = plan.forms[column] {} else { block.isViolated = true }
    unsafe block.evidence[column].add(
      cell,
      rows.bytes(of: cell),
      allowed: plan.allowed[column],
      pin: pin
    )
    return true
  }

  /// Leaves a record out, for a value that its column does not hold.
  @inline(never)
  func reject(
    _ rows: RowBlock,
    _ row: Int,
    _ plan: Plan,
    _ column: Int,
    _ block: CanonicalBlock
  ) {
    let kind = unsafe rows.cells[row * rows.width + column].kind.type
    let form = plan.forms[column]
    let pinned = plan.pin(of: column)?.type
    let isOtherKind = kind.isNested ? kind != form.type : form.type.isNested
    if isOtherKind {
      block.otherKinds[CanonicalBlock.OtherKind(column: column, kind: kind), default: 0] += 1
    }
    let name = plan.names[column]
    block.rejects.append(
      Reject(
        line: unsafe rows.firstLine + UInt64(rows.lines[row]),
        column: UInt32(column + 1),
        code: isOtherKind ? .contradictsSchema : .doesNotFit,
        found: isOtherKind
          ? "\(kind.one) in “\(name)”, where the column holds \(form.type.many)"
          : "“\(name)” is pinned to \(pinned?.name ?? form.type.name), which the value is not",
        fields: (0..<rows.width).map { Self.field(rows, row, $0) }
      )
    )
  }

  private static func field(_ rows: RowBlock, _ row: Int, _ column: Int) -> [UInt8] {
    let cell = unsafe rows.cells[row * rows.width + column]
    switch cell.kind {
    case .absent: return []
    case .true: return Array("true".utf8)
    case .false: return Array("false".utf8)
    default:
      return unsafe Array(UnsafeBufferPointer(start: rows.bytes(of: cell), count: cell.length))
    }
  }
}

extension CellKind {
  /// `object`, `array`, or `string` for a scalar.
  fileprivate var type: ColumnType {
    switch self {
    case .object: .object
    case .array: .array
    default: .string
    }
  }
}

extension ColumnType {
  fileprivate var one: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    default: "a single value"
    }
  }

  fileprivate var many: String {
    switch self {
    case .object: "objects"
    case .array: "arrays"
    default: "single values"
    }
  }
}
