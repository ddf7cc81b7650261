import Bytes
import CKernels

/// The members of a plan's records in output order, as the kernel reads them.
@safe
final class MemberTable: @unchecked Sendable {
  // Sendable because nothing of it changes once it is made.

  /// The members.
  let members: UnsafeMutablePointer<dm_member>
  /// How many there are.
  let count: Int
  private let written: MemberKeys
  /// All keys, one behind the other: a comma, the name, a colon, and the quote of a value in quotes.
  var keys: ByteBuffer { written.text }

  /// The members of columns side by side, sorted by their names' UTF-16.
  init(_ keys: MemberKeys, forms: [Form], allowed: [Readings]) {
    written = keys
    count = keys.places.count
    // Safe: freed once, in deinit; each of the members is initialised below.
    unsafe members = .allocate(capacity: max(count, 1))
    for (place, key) in keys.places.enumerated() {
      unsafe (members + place).initialize(
        to: dm_member(
          source: UInt32(key.source),
          key_offset: UInt32(key.start),
          key_length: UInt32(key.length),
          form: forms[key.source].kernel,
          takes_text: Plan.takesText(forms[key.source], allowed[key.source])
        )
      )
    }
  }

  /// The members of `table` whose columns are among the first `width`.
  init(_ table: MemberTable, upTo width: Int) {
    // Safe: room for as many as the table has, freed once, in deinit.
    unsafe members = .allocate(capacity: max(table.count, 1))
    var count = 0
    for at in 0..<table.count where unsafe table.members[at].source < width {
      unsafe (members + count).initialize(to: table.members[at])
      count += 1
    }
    self.count = count
    written = table.written
  }

  deinit {
    unsafe members.deallocate()
  }
}

/// What of a plan's members depends on the names alone: plans of the same columns share it.
final class MemberKeys: @unchecked Sendable {
  // Sendable because nothing of it changes once it is made.

  /// The names, in the rows' order.
  let names: [String]
  /// The keys as they are written, one behind the other.
  let text = ByteBuffer(capacity: 256)
  /// For each member in output order its column, and where its key lies in `text`, the quote aside.
  let places: [(source: Int, start: Int, length: Int)]

  /// The keys of columns side by side.
  init(_ names: [String]) {
    self.names = names
    var places: [(source: Int, start: Int, length: Int)] = []
    for source in Self.order(names) {
      let start = text.count
      text.append(0x2C)
      let name = ByteBuffer(capacity: names[source].utf8.count)
      name.append(contentsOf: Array(names[source].utf8))
      unsafe JSONText.appendString(name.base, name.count, to: text)
      text.append(0x3A)
      text.append(0x22)
      places.append((source, start, text.count - start - 1))
    }
    self.places = places
  }

  /// The names' places in the order of RFC 8785: by their UTF-16.
  private static func order(_ names: [String]) -> [Int] {
    // UTF-8 sorts alike but for characters from U+E000 on.
    if names.allSatisfy({ $0.utf8.allSatisfy { $0 < 0xEE } }) {
      return names.indices.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
    }
    return names.indices.sorted { names[$0].utf16.lexicographicallyPrecedes(names[$1].utf16) }
  }
}

extension Form {
  /// The form as the kernel knows it; `DM_FORM_OTHER` where it leaves the values to us.
  fileprivate var kernel: UInt16 {
    let number =
      switch self {
      case .string(isOpen: false): DM_FORM_STRING
      case .object: DM_FORM_OBJECT
      case .array: DM_FORM_ARRAY
      case .boolean(.trueFalse): DM_FORM_TRUE_FALSE
      case .boolean(.yesNo): DM_FORM_YES_NO
      case .boolean(.yN): DM_FORM_Y_N
      case .boolean(.tF): DM_FORM_T_F
      case .integer(.point): DM_FORM_INTEGER
      case .integer(.comma): DM_FORM_INTEGER_COMMA
      case .integer(.grouped): DM_FORM_INTEGER_GROUPED
      case .number(.point): DM_FORM_NUMBER
      case .number(.comma): DM_FORM_NUMBER_COMMA
      case .number(.grouped): DM_FORM_NUMBER_GROUPED
      case .decimal(.point): DM_FORM_DECIMAL
      case .decimal(.comma): DM_FORM_DECIMAL_COMMA
      case .decimal(.grouped): DM_FORM_DECIMAL_GROUPED
      case .date(.yearMonthDay): DM_FORM_DATE
      case .date(.dayMonthYear): DM_FORM_DATE_DAY
      case .date(.monthDayYear): DM_FORM_DATE_MONTH
      case .localDateTime(.yearMonthDay): DM_FORM_LOCAL
      case .localDateTime(.dayMonthYear): DM_FORM_LOCAL_DAY
      case .localDateTime(.monthDayYear): DM_FORM_LOCAL_MONTH
      case .instant(.yearMonthDay): DM_FORM_INSTANT
      case .instant(.dayMonthYear): DM_FORM_INSTANT_DAY
      case .instant(.monthDayYear): DM_FORM_INSTANT_MONTH
      default: DM_FORM_OTHER
      }
    return UInt16(number)
  }
}
