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
  private let scratch = ByteBuffer(capacity: 256)

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
    block.firstLine = rows.firstLine
    block.isViolated = rows.width > plan.names.count
    block.addedNames = rows.addedNames
    if block.isViolated {
      Self.infer(rows, plan: plan, into: &block.evidence)
      return
    }
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
            lines.reserve(cell.length + keyLength + 96)
            unsafe copy(keys + members[at].keyOffset, keyLength, to: lines)
            switch unsafe writeValue(cell, rows.bytes(of: cell), members[at].form, to: lines) {
            case .written: break
            case .refused: unsafe refuse(cell, rows, plan, members[at].source, block)
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

  private enum Outcome {
    case written
    /// The form cannot hold the value: the column must be widened.
    case refused
    /// A scalar where objects or arrays are, or the other way round.
    case contradicts
  }

  @inline(__always)
  private func writeValue(
    _ cell: Cell,
    _ text: UnsafePointer<UInt8>,
    _ form: Form,
    to lines: ByteBuffer
  ) -> Outcome {
    let length = cell.length
    let kind = cell.kind
    switch form {
    case .string(let isOpen):
      if kind == .plainText {
        unsafe lines.base[lines.count] = 0x22
        lines.count += 1
        unsafe copy(text, length, to: lines)
        unsafe lines.base[lines.count] = 0x22
        lines.count += 1
        return isOpen ? .refused : .written
      }
      return unsafe writeString(cell, text, isOpen, to: lines)
    case .integer(.point):
      guard kind != .true, kind != .false else { return .refused }
      if length <= 15, unsafe isPlainInteger(text, length) {
        unsafe copy(text, length, to: lines)
        return .written
      }
    case .object: return unsafe writeNested(cell, text, .object, to: lines)
    case .array: return unsafe writeNested(cell, text, .array, to: lines)
    default: break
    }
    return unsafe writeTyped(cell, text, form, to: lines)
  }

  /// Digits without a leading zero, a minus before them or not; not `-0`.
  @inline(__always)
  private func isPlainInteger(_ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    var at = unsafe length > 1 && text[0] == 0x2D ? 1 : 0
    if unsafe text[at] == 0x30 { return length == 1 }
    while at < length {
      if unsafe text[at] &- 0x30 > 9 { return false }
      at += 1
    }
    return true
  }

  @inline(never)
  private func writeString(
    _ cell: Cell,
    _ text: UnsafePointer<UInt8>,
    _ isOpen: Bool,
    to lines: ByteBuffer
  ) -> Outcome {
    switch cell.kind {
    case .object, .array: return .contradicts
    case .true: lines.append(contentsOf: Array("\"true\"".utf8))
    case .false: lines.append(contentsOf: Array("\"false\"".utf8))
    default: unsafe JSONText.appendString(text, cell.length, to: lines)
    }
    return isOpen ? .refused : .written
  }

  @inline(never)
  private func writeNested(
    _ cell: Cell,
    _ text: UnsafePointer<UInt8>,
    _ kind: CellKind,
    to lines: ByteBuffer
  ) -> Outcome {
    guard cell.kind == kind else { return .contradicts }
    unsafe copy(text, cell.length, to: lines)
    return .written
  }

  @inline(never)
  private func writeTyped(
    _ cell: Cell,
    _ text: UnsafePointer<UInt8>,
    _ form: Form,
    to lines: ByteBuffer
  ) -> Outcome {
    switch cell.kind {
    case .object, .array: return form == .empty ? .refused : .contradicts
    case .true, .false:
      guard form == .boolean(.trueFalse) else { return .refused }
      lines.append(contentsOf: Array((cell.kind == .true ? "true" : "false").utf8))
      return .written
    default: break
    }
    let length = cell.length
    switch form {
    case .integer(let convention), .number(let convention):
      let need: NumberScan.Width = form.type == .integer ? .integer : .number
      return unsafe writeNumber(text, length, convention, need, to: lines)
    case .decimal(let convention):
      let convention = NumberScan.Convention(convention)
      guard unsafe NumberScan.width(text, length, convention) != .none else { return .refused }
      lines.append(0x22)
      unsafe Decimal.append(text, length, convention, to: lines)
      lines.append(0x22)
      return .written
    case .boolean(let pair): return unsafe writeBoolean(text, length, pair, to: lines)
    case .date(let order): return unsafe writeMoment(text, length, order, .date, to: lines)
    case .localDateTime(let order):
      return unsafe writeMoment(text, length, order, .local, to: lines)
    case .instant(let order): return unsafe writeMoment(text, length, order, .instant, to: lines)
    case .time:
      guard let moment = unsafe Moment(timeOfDay: text, length) else { return .refused }
      unsafe moment.append(text, to: lines)
      return .written
    case .empty, .string, .object, .array: return .refused
    }
  }

  private func writeNumber(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ convention: Form.Convention,
    _ need: NumberScan.Width,
    to lines: ByteBuffer
  ) -> Outcome {
    let convention = NumberScan.Convention(convention)
    guard unsafe NumberScan.width(text, length, convention).rawValue >= need.rawValue else {
      return .refused
    }
    if convention == .point {
      return unsafe JSONText.appendNumber(text, length, to: lines) ? .written : .refused
    }
    scratch.count = 0
    unsafe Decimal.appendPoint(text, length, convention, to: scratch)
    return unsafe JSONText.appendNumber(scratch.base, scratch.count, to: lines)
      ? .written : .refused
  }

  private func writeBoolean(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ pair: Form.Pair,
    to lines: ByteBuffer
  ) -> Outcome {
    var sawTrue = false
    var sawFalse = false
    let readings = unsafe Words.readings(text, length, sawTrue: &sawTrue, sawFalse: &sawFalse)
    guard readings == pair.reading else { return .refused }
    lines.append(contentsOf: Array((sawTrue ? "true" : "false").utf8))
    return .written
  }

  private func writeMoment(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ order: Form.Order,
    _ shape: Moment.Shape,
    to lines: ByteBuffer
  ) -> Outcome {
    guard let moment = unsafe Moment(text, length, Moment.Order(order)), moment.shape == shape
    else {
      return .refused
    }
    unsafe moment.append(text, to: lines)
    return .written
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

  /// Copies 16 bytes at a time; both sides have the slack that this needs.
  @inline(__always)
  private func copy(_ source: UnsafePointer<UInt8>, _ length: Int, to lines: ByteBuffer) {
    let target = unsafe UnsafeMutableRawPointer(lines.base + lines.count)
    let raw = unsafe UnsafeRawPointer(source)
    if length <= 64 {
      var at = 0
      while at < length {
        unsafe target.storeBytes(
          of: raw.loadUnaligned(fromByteOffset: at, as: SIMD16<UInt8>.self),
          toByteOffset: at,
          as: SIMD16<UInt8>.self
        )
        at += 16
      }
    } else {
      unsafe target.copyMemory(from: raw, byteCount: length)
    }
    lines.count += length
  }
}

extension Plan {
  /// The readings of texts in columns that the plan does not know yet.
  var openAllowed: Readings { typesItsValues ? .temporal : .all }
}

extension ColumnEvidence {
  /// Nothing that follows can change it: text for good.
  var isSettled: Bool { nesting == .scalar && readings.isEmpty }
}

extension Form {
  fileprivate var kind: String {
    switch self {
    case .object: "objects"
    case .array: "arrays"
    default: "single values"
    }
  }
}

extension Form.Pair {
  /// The reading that its two words share.
  var reading: Readings {
    switch self {
    case .trueFalse: .trueFalse
    case .yesNo: .yesNo
    case .yN: .yN
    case .tF: .tF
    }
  }
}

extension NumberScan.Convention {
  init(_ convention: Form.Convention) {
    switch convention {
    case .point: self = .point
    case .comma: self = .comma
    case .grouped: self = .grouped
    }
  }
}

extension Moment.Order {
  init(_ order: Form.Order) {
    switch order {
    case .yearMonthDay: self = .yearMonthDay
    case .dayMonthYear: self = .dayMonthYear
    case .monthDayYear: self = .monthDayYear
    }
  }
}
