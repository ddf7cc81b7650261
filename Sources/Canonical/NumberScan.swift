import Bytes

/// A text seen as a number: where its marks stand, and what each convention makes of it.
///
/// Accepts `-?digits` with points, commas and an exponent; no plus, no leading zeros, no spaces:
/// what carries those is a name, not an amount.
struct NumberScan {
  /// The decimal mark that a text is read with; the other one groups digits in threes.
  enum Convention: UInt8, Sendable {
    case point
    case comma
    case grouped
  }

  /// How narrow a number is.
  enum Width: UInt8, Sendable {
    case none
    case decimal
    case number
    case integer
  }

  /// What was seen among the numbers of a column.
  struct Marks: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    /// A point.
    static let point = Marks(rawValue: 1)
    /// What a spreadsheet shows of a long number in a narrow cell: `1.23457E+12`.
    static let shortened = Marks(rawValue: 2)
    /// Digits from the 16th on that are all zeros, three of them at least: what a spreadsheet keeps
    /// of an integer.
    static let rounded = Marks(rawValue: 4)
    /// A number that no spreadsheet has shortened and that is no id either: a fraction, another exponent.
    static let measured = Marks(rawValue: 8)
    /// Digits from the 16th on that are not all zeros.
    static let long = Marks(rawValue: 16)
  }

  // Safe: `text` holds `length` bytes; every subscript stands behind a comparison with `length`,
  // its own or that of the guard above its call. A decimal has at least one byte.

  /// What a text allows under each convention, and the marks it shows.
  static func readings(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    marks: inout Marks
  ) -> Readings {
    var points = 0
    var commas = 0
    var hasExponent = false
    for at in 0..<min(length, 512) {
      switch unsafe text[at] {
      case 0x2E: points += 1
      case 0x2C: commas += 1
      case 0x30...0x39, 0x2D, 0x2B: break
      case 0x45, 0x65: hasExponent = true
      default: return []
      }
    }
    if length > 512 || length == 0 { return [] }
    if points == 0, commas == 0, !hasExponent {
      // Every convention reads digits alone alike.
      let width = unsafe width(text, length, .point)
      if width != .none, length > 15 { unsafe marks.formUnion(ofDigits(text, length)) }
      return readings(width, 0).union(readings(width, 3)).union(readings(width, 6))
    }
    if points > 0 { marks.insert(.point) }
    if hasExponent {
      marks.insert(unsafe isShortened(text, length) ? .shortened : .measured)
    } else if points == 1 {
      marks.insert(.measured)
    }
    var found: Readings = []
    if commas == 0 { unsafe found.formUnion(readings(width(text, length, .point), 0)) }
    unsafe found.formUnion(readings(width(text, length, .comma), 3))
    unsafe found.formUnion(readings(width(text, length, .grouped), 6))
    return found
  }

  /// The marks of digits alone.
  private static func ofDigits(_ text: UnsafePointer<UInt8>, _ length: Int) -> Marks {
    let kept = unsafe text[0] == 0x2D ? 16 : 15
    guard length > kept else { return [] }
    for at in kept..<length where unsafe text[at] != 0x30 { return .long }
    return length >= kept + 3 ? .rounded : []
  }

  /// Whether a number with an exponent is one digit, five more at most, and 10^11 to 10^19: a
  /// spreadsheet's General format for more digits than its cell has room for.
  private static func isShortened(_ text: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    let start = unsafe length > 0 && text[0] == 0x2D ? 1 : 0
    // `E+12` at the end; before it one digit, or that, a point and one to five more.
    let digits = length - start - 4
    guard digits == 1 || (3...7).contains(digits) else { return false }
    guard unsafe text[length - 4] == 0x45, unsafe text[length - 3] == 0x2B,
      unsafe text[length - 2] == 0x31, unsafe (0x31...0x39).contains(text[length - 1])
    else { return false }
    return unsafe digits == 1 || text[start + 1] == 0x2E
  }

  private static func readings(_ width: Width, _ shift: UInt32) -> Readings {
    switch width {
    case .none: []
    case .decimal: Readings(rawValue: 0b100 << shift)
    case .number: Readings(rawValue: 0b110 << shift)
    case .integer: Readings(rawValue: 0b111 << shift)
    }
  }

  /// How narrow the text is under one convention; `none` where it is no number.
  static func width(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ convention: Convention
  ) -> Width {
    let decimalMark: UInt8 = convention == .comma ? 0x2C : 0x2E
    let groupMark: UInt8 = convention == .comma ? 0x2E : 0x2C
    var at = 0
    if unsafe length > 0 && text[0] == 0x2D { at = 1 }
    let integerStart = at
    while at < length, unsafe isDigit(text[at]) { at += 1 }
    var integerDigits = at - integerStart
    if unsafe integerDigits > 1 && text[integerStart] == 0x30 { return .none }
    var isGrouped = false
    if convention != .point, at < length, unsafe text[at] == groupMark {
      guard integerDigits >= 1, integerDigits <= 3, unsafe text[integerStart] != 0x30 else {
        return .none
      }
      while at < length, unsafe text[at] == groupMark {
        guard at + 3 < length, unsafe isDigit(text[at + 1]), unsafe isDigit(text[at + 2]),
          unsafe isDigit(text[at + 3])
        else { return .none }
        at += 4
        integerDigits += 3
      }
      if at < length, unsafe isDigit(text[at]) { return .none }
      isGrouped = true
    }
    var fractionDigits = 0
    if at < length, unsafe text[at] == decimalMark {
      at += 1
      let fractionStart = at
      while at < length, unsafe isDigit(text[at]) { at += 1 }
      fractionDigits = at - fractionStart
      if fractionDigits == 0 { return .none }
    }
    if integerDigits + fractionDigits == 0 { return .none }
    if at == length {
      return unsafe plainWidth(
        text,
        length,
        convention,
        integerDigits: integerDigits,
        fractionDigits: fractionDigits
      )
    }
    guard convention == .point, integerDigits > 0, !isGrouped else { return .none }
    return unsafe exponentWidth(text, length, at)
  }

  private static func plainWidth(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ convention: Convention,
    integerDigits: Int,
    fractionDigits: Int
  ) -> Width {
    if fractionDigits == 0 && integerDigits <= 15 { return .integer }
    if integerDigits + fractionDigits <= 15 { return .number }
    let first = unsafe text[0] == 0x2D ? text[1] : text[0]
    if integerDigits + fractionDigits > 17, isDigit(first), first != 0x30,
      unsafe text[length - 1] != 0x30
    {
      // Significant digits, one and all, and more of them than binary64 ever keeps.
      return .decimal
    }
    let normal = ByteBuffer(capacity: length + 8)
    unsafe Decimal.appendPoint(text, length, convention, to: normal)
    let probe = ByteBuffer(capacity: 64)
    guard unsafe JSONText.appendNumber(normal.base, normal.count, to: probe) else {
      return .decimal
    }
    guard fractionDigits == 0, integerDigits == 16 else { return .number }
    var value: UInt64 = 0
    for at in 0..<normal.count where unsafe isDigit(normal.base[at]) {
      value = unsafe value * 10 + UInt64(normal.base[at] - 0x30)
    }
    return value < 1 << 53 ? .integer : .number
  }

  private static func exponentWidth(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ start: Int
  ) -> Width {
    var at = start
    guard unsafe text[at] == 0x45 || text[at] == 0x65 else { return .none }
    at += 1
    if at < length, unsafe text[at] == 0x2D || text[at] == 0x2B { at += 1 }
    let exponentStart = at
    while at < length, unsafe isDigit(text[at]) { at += 1 }
    guard at == length, at > exponentStart, at - exponentStart <= 3 else { return .none }
    let probe = ByteBuffer(capacity: 64)
    return unsafe JSONText.appendNumber(text, length, to: probe) ? .number : .decimal
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}

/// Exact decimal text: what `decimal` columns hold.
enum Decimal {
  /// Appends a number with a point for a decimal mark and without groups.
  static func appendPoint(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ convention: NumberScan.Convention,
    to output: ByteBuffer
  ) {
    let decimalMark: UInt8 = convention == .comma ? 0x2C : 0x2E
    let groupMark: UInt8 = convention == .comma ? 0x2E : 0x2C
    for at in 0..<length {
      let byte = unsafe text[at]
      if byte == decimalMark {
        output.append(0x2E)
      } else if byte != groupMark {
        output.append(byte)
      }
    }
  }

  /// Appends the number's exact value: no plus, no exponent, no zeros that carry nothing.
  ///
  /// `text` is a number under `convention`, its exponent below 1,000.
  static func append(
    _ text: UnsafePointer<UInt8>,
    _ length: Int,
    _ convention: NumberScan.Convention,
    to output: ByteBuffer
  ) {
    let decimalMark: UInt8 = convention == .comma ? 0x2C : 0x2E
    var digits: [UInt8] = []
    digits.reserveCapacity(length)
    var point = 0
    var hasPoint = false
    var exponent = 0
    var at = unsafe text[0] == 0x2D ? 1 : 0
    while at < length {
      let byte = unsafe text[at]
      if NumberScan.isDigit(byte) {
        digits.append(byte)
        if !hasPoint { point += 1 }
      } else if byte == decimalMark {
        hasPoint = true
      } else if byte | 0x20 == 0x65 {
        exponent = unsafe self.exponent(text, at + 1, length)
        break
      }
      at += 1
    }
    point += exponent
    while let last = digits.last, last == 0x30 { digits.removeLast() }
    let zeros = digits.prefix { $0 == 0x30 }.count
    digits.removeFirst(zeros)
    point -= zeros
    guard !digits.isEmpty else { return output.append(0x30) }
    if unsafe text[0] == 0x2D { output.append(0x2D) }
    if point <= 0 {
      output.append(contentsOf: [0x30, 0x2E])
      output.append(contentsOf: [UInt8](repeating: 0x30, count: -point))
      output.append(contentsOf: digits)
    } else if point >= digits.count {
      output.append(contentsOf: digits)
      output.append(contentsOf: [UInt8](repeating: 0x30, count: point - digits.count))
    } else {
      output.append(contentsOf: Array(digits[..<point]))
      output.append(0x2E)
      output.append(contentsOf: Array(digits[point...]))
    }
  }

  private static func exponent(_ text: UnsafePointer<UInt8>, _ start: Int, _ length: Int) -> Int {
    var value = 0
    var at = start
    let isNegative = unsafe text[at] == 0x2D
    if unsafe isNegative || text[at] == 0x2B { at += 1 }
    while at < length {
      value = unsafe value * 10 + Int(text[at] - 0x30)
      at += 1
    }
    return isNegative ? -value : value
  }
}
