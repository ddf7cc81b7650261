import Bytes
import Records

// Safe: texts are cells of the rows under way, readable 64 bytes past their end as all buffers are;
// the caller reserves room for a cell's length and 96 bytes before a value is written.
extension CanonicalWriter {
  enum Outcome {
    case written
    /// The form cannot hold the value: the column must be widened.
    case refused
    /// A scalar where objects or arrays are, or the other way round.
    case contradicts
  }

  /// Writes the value of a cell that is not absent, whatever it is.
  func writeValue(
    _ cell: Cell,
    _ text: UnsafePointer<UInt8>,
    _ column: Int,
    _ plan: Plan,
    to lines: ByteBuffer
  ) -> Outcome {
    let form = plan.forms[column]
    switch form {
    case .string(let isOpen): return unsafe writeString(cell, text, isOpen, to: lines)
    case .object: return unsafe writeNested(cell, text, .object, to: lines)
    case .array: return unsafe writeNested(cell, text, .array, to: lines)
    default:
      if cell.kind <= .plainText, cell.length == 0 || !plan.takesText(column) { return .refused }
      return unsafe writeTyped(cell, text, form, to: lines)
    }
  }

  private func writeString(
    _ cell: Cell,
    _ text: UnsafePointer<UInt8>,
    _ isOpen: Bool,
    to lines: ByteBuffer
  ) -> Outcome {
    switch cell.kind {
    case .object, .array: return .contradicts
    case .true: lines.append("\"true\"")
    case .false: lines.append("\"false\"")
    default: unsafe JSONText.appendString(text, cell.length, to: lines)
    }
    return isOpen ? .refused : .written
  }

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
      lines.append(cell.kind == .true ? "true" : "false" as StaticString)
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
    case .zoned(let order):
      guard var moment = unsafe Moment(text, length, Moment.Order(order)), moment.shape == .local,
        let zone, moment.becomeInstant(in: zone)
      else { return .refused }
      unsafe moment.append(text, to: lines)
      return .written
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
    lines.append(sawTrue ? "true" : "false" as StaticString)
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

  /// Appends bytes for which the caller has made room.
  func copy(_ source: UnsafePointer<UInt8>, _ length: Int, to lines: ByteBuffer) {
    unsafe (lines.base + lines.count).update(from: source, count: length)
    lines.count += length
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
    case .named: self = .named
    }
  }
}
