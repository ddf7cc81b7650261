import Records

/// A column that keeps its type, whatever its values are: those that do not fit are rejected.
///
/// How this works: a value that cannot be read as the type, in whatever notation, says nothing about
/// the column and is left out of its evidence. The notations (marks, the order of a date's parts) that
/// all the other values allow are what the column is read by; where they allow none, or more than one
/// with different meanings, nothing fits: a pin never turns a guess into a value.
struct Pin: Sendable, Hashable {
  /// The type.
  var type: ColumnType
  /// The readings of the type that all values so far allow.
  var readings: Readings
  /// Times without a zone become instants in the zone that the settings state.
  let takesLocalTimes: Bool
  /// Every year has two digits: nothing says of which century.
  private let hasShortYears: Bool

  private static let orders: [Form.Order] = [.yearMonthDay, .dayMonthYear, .monthDayYear, .named]

  /// A pinned column of which the values in `evidence` are known; nil where its type pins nothing.
  init?(_ type: ColumnType, _ evidence: ColumnEvidence, _ rules: ValueRules) {
    guard type != .empty else { return nil }
    self.type = type
    takesLocalTimes = type == .instant && rules.zone != nil
    hasShortYears = evidence.kind != .empty && evidence.readings.contains(.shortYear)
    readings = evidence.readings
    readings = readings.intersection(mask)
  }

  /// Whether a value takes part in the column's evidence.
  func admits(_ shown: ColumnEvidence) -> Bool {
    type.isNested || type == .string || !shown.readings.isDisjoint(with: mask)
  }

  /// Whether a value that could not be written may be written once the column knows of it.
  func isNews(_ shown: ColumnEvidence) -> Bool {
    admits(shown) && !readings.isEmpty && !shown.readings.isSuperset(of: readings)
  }

  /// How the column's values are written, and the doubt where nothing decides it.
  var verdict: Proof.Verdict {
    var verdict =
      switch type {
      case .empty, .object, .array, .string: Proof.Verdict(form: fixed)
      case .time: Proof.Verdict(form: .time)
      case .integer, .number, .decimal: number
      case .boolean: boolean
      case .date, .localDateTime, .instant: moment
      }
    verdict.pin = self
    return verdict
  }

  private var fixed: Form {
    switch type {
    case .object: .object
    case .array: .array
    case .string: .string(isOpen: false)
    default: .empty
    }
  }

  private var number: Proof.Verdict {
    let possible: [Form.Convention] = [.point, .comma, .grouped].filter {
      readings.contains(Self.readings(of: type, $0))
    }
    guard let convention = possible.first else { return Proof.Verdict(form: form(.point)) }
    if convention != .point, possible.count > 1 {
      return Proof.Verdict(form: .empty, doubt: .decimalOrGroupingComma)
    }
    return Proof.Verdict(form: form(convention))
  }

  private var boolean: Proof.Verdict {
    let pair = Form.Pair.allCases.first { readings.contains($0.reading) }
    return Proof.Verdict(form: .boolean(pair ?? .trueFalse))
  }

  private var moment: Proof.Verdict {
    let local = takesLocalTimes && readings.isDisjoint(with: Self.mask(of: .instant))
    let shape = local ? ColumnType.localDateTime : type
    let possible = Self.orders.filter {
      readings.contains(Self.readings(of: shape, $0))
    }
    if hasShortYears { return Proof.Verdict(form: .empty, doubt: .twoDigitYear) }
    guard possible.count < 2 || readings == mask else {
      return Proof.Verdict(form: .empty, doubt: .dayOrMonthFirst)
    }
    let order = possible.first ?? .yearMonthDay
    switch shape {
    case .date: return Proof.Verdict(form: .date(order))
    case .localDateTime: return Proof.Verdict(form: local ? .zoned(order) : .localDateTime(order))
    default: return Proof.Verdict(form: .instant(order))
    }
  }

  private func form(_ convention: Form.Convention) -> Form {
    switch type {
    case .integer: .integer(convention)
    case .number: .number(convention)
    default: .decimal(convention)
    }
  }
}

extension Pin {
  private var mask: Readings {
    Self.mask(of: type).union(takesLocalTimes ? Self.mask(of: .localDateTime) : [])
  }

  private static func mask(of type: ColumnType) -> Readings {
    switch type {
    case .integer, .number, .decimal:
      [.point, .comma, .grouped].reduce(into: Readings()) {
        $0.formUnion(readings(of: type, $1))
      }
    case .boolean: .booleans
    case .time: .time
    case .date, .localDateTime, .instant:
      orders.reduce(into: Readings()) {
        $0.formUnion(readings(of: type, $1))
      }
    case .empty, .string, .object, .array: .all
    }
  }

  private static func readings(of type: ColumnType, _ convention: Form.Convention) -> Readings {
    let (integer, number, decimal): (Readings, Readings, Readings) =
      switch convention {
      case .point: (.pointInteger, .pointNumber, .pointDecimal)
      case .comma: (.commaInteger, .commaNumber, .commaDecimal)
      case .grouped: (.groupedInteger, .groupedNumber, .groupedDecimal)
      }
    return type == .integer ? integer : type == .number ? number : decimal
  }

  private static func readings(of type: ColumnType, _ order: Form.Order) -> Readings {
    let (date, local, instant): (Readings, Readings, Readings) =
      switch order {
      case .yearMonthDay: (.dateYMD, .localYMD, .instantYMD)
      case .dayMonthYear: (.dateDMY, .localDMY, .instantDMY)
      case .monthDayYear: (.dateMDY, .localMDY, .instantMDY)
      case .named: (.dateNamed, .localNamed, .instantNamed)
      }
    return type == .date ? date : type == .localDateTime ? local : instant
  }
}
