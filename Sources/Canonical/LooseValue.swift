/// Shapes of values that no type holds but that people know: months, school years, percentages.
struct LooseValue {
  let kind: ValueClass

  // Safe: `text` holds `length` bytes; every subscript stands behind a comparison with `length`.

  init(_ text: UnsafePointer<UInt8>, _ length: Int) {
    let value = unsafe Array(UnsafeBufferPointer(start: text, count: min(length, 64)))
    kind = length > 64 ? .text : Self.kind(value)
  }

  private static func kind(_ value: [UInt8]) -> ValueClass {
    let fields = value.split(omittingEmptySubsequences: false) { !NumberScan.isDigit($0) }
    let marks = value.filter { !NumberScan.isDigit($0) }
    let lengths = fields.map(\.count)
    if marks == [0x2D] || marks == [0x2F] {
      // 2024-07, 07/2024, 2009-10, 1981/82
      if lengths == [4, 2] || lengths == [2, 4] || lengths == [4, 4] {
        return isYear(lengths[0] == 4 ? fields[0] : fields[1]) ? .period : .text
      }
    }
    if marks == [0x20, 0x20], lengths[2] == 4, lengths[0] <= 2, lengths[1] <= 2,
      isYear(fields[2]), number(fields[0]) <= 31, number(fields[1]) <= 31
    {
      return .date
    }
    if marks == [0x3A, 0x2E] || marks == [0x3A], lengths[1] == 2, (1...2).contains(lengths[0]),
      number(fields[1]) < 60
    {
      return .duration
    }
    if let zoned = withoutZone(value) { return zoned }
    return sign(value, marks)
  }

  /// Numbers with a percent or a currency sign, and those that are names.
  private static func sign(_ value: [UInt8], _ marks: [UInt8]) -> ValueClass {
    if marks.isEmpty || (value[0] == 0x2B && marks.allSatisfy { $0 == 0x2B }) { return .code }
    let text = String(decoding: value, as: UTF8.self)
    guard marks.count <= 8 else { return .text }
    var scalars = Array(text.unicodeScalars.filter { $0 != " " && $0 != "\u{a0}" })
    var isPercent = false
    var isCurrency = false
    scalars.removeAll { scalar in
      if scalar == "%" || scalar == "‰" {
        isPercent = true
        return true
      }
      if scalar.properties.generalCategory == .currencySymbol {
        isCurrency = true
        return true
      }
      return false
    }
    guard isPercent || isCurrency, !scalars.isEmpty else { return .text }
    let isNumber = scalars.allSatisfy { scalar in
      scalar.value < 0x80
        && (NumberScan.isDigit(UInt8(scalar.value)) || "+-.,()'".contains(String(scalar)))
    }
    return !isNumber ? .text : isPercent ? .percent : .currency
  }

  /// A date and time behind which a zone's abbreviation stands: `AST`, `CEST`.
  private static func withoutZone(_ value: [UInt8]) -> ValueClass? {
    guard let space = value.lastIndex(of: 0x20), value.count - space >= 4, value.count - space <= 6,
      value[(space + 1)...].allSatisfy({ (0x41...0x5A).contains($0) })
    else { return nil }
    let moment = unsafe value[..<space].withUnsafeBufferPointer { text -> Readings in
      guard let start = text.baseAddress else { return [] }
      return unsafe Moment.readings(start, text.count)
    }
    let local: Readings = [.localYMD, .localDMY, .localMDY, .localNamed]
    return moment.isDisjoint(with: local) ? nil : .dateTime
  }

  private static func isYear(_ digits: ArraySlice<UInt8>) -> Bool {
    (1000..<2200).contains(number(digits))
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int {
    digits.reduce(0) { $0 &* 10 &+ Int($1 &- 0x30) }
  }
}
