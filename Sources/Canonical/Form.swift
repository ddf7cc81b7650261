public import Records

/// How the values of a column are tested and written: its type with the notation of this drop.
public enum Form: Sendable, Hashable {
  /// No value has been seen.
  case empty
  /// JSON's booleans, or the words of one closed pair.
  case boolean(Pair)
  case integer(Convention)
  case number(Convention)
  case decimal(Convention)
  case date(Order)
  case localDateTime(Order)
  case instant(Order)
  /// Times without a zone in a feed that states one: instants.
  case zoned(Order)
  case time
  /// Text; `isOpen` while the values still allow a narrower reading that lacks proof.
  case string(isOpen: Bool)
  case object
  case array

  /// The two words of a boolean.
  public enum Pair: UInt8, Sendable, Hashable, CaseIterable {
    /// `true` and `false`, and JSON's own.
    case trueFalse
    case yesNo
    case yN
    case tF
  }

  /// The marks of a number: see `NumberScan`.
  public enum Convention: UInt8, Sendable, Hashable {
    case point
    case comma
    case grouped
  }

  /// The order of a date's parts.
  public enum Order: UInt8, Sendable, Hashable {
    case yearMonthDay
    case dayMonthYear
    case monthDayYear
    /// The month is a word; the value itself says the order.
    case named
  }

  /// The type in the schema.
  public var type: ColumnType {
    switch self {
    case .empty: .empty
    case .boolean: .boolean
    case .integer: .integer
    case .number: .number
    case .decimal: .decimal
    case .date: .date
    case .localDateTime: .localDateTime
    case .instant, .zoned: .instant
    case .time: .time
    case .string: .string
    case .object: .object
    case .array: .array
    }
  }

  /// Whether all that was written under this form stays right, byte for byte, under `wider`.
  func staysRight(under wider: Form) -> Bool {
    if self == wider || self == .empty { return true }
    switch (self, wider) {
    case (.integer(let mine), .number(let other)): return mine == other
    case (.string, .string): return true
    default: return false
    }
  }
}

/// Decides the forms of a drop's columns from what their values have shown.
public enum Proof: Sendable {
  /// One column's form, and the doubt that kept it text.
  public struct Verdict: Sendable, Hashable {
    /// How its values are to be written.
    public var form: Form
    /// What was left undecided, if anything.
    public var doubt: Doubt?
    /// Set where the column keeps its type.
    var pin: Pin?

    init(form: Form, doubt: Doubt? = nil, pin: Pin? = nil) {
      self.form = form
      self.doubt = doubt
      self.pin = pin
    }
  }

  /// The verdicts for columns side by side; `known` holds the types that the feed's schema gives.
  ///
  /// A known type is widened where the values demand it, never narrowed; one that `isPinned` names
  /// stays what it is.
  ///
  /// - Parameters:
  ///   - evidence: what the values have shown.
  ///   - known: types that the columns have at least.
  ///   - isPinned: columns that have their known type and no other; empty where none is pinned.
  ///   - rules: what the feed's settings say, so that it need not be proven.
  ///   - typesItsValues: the format has numbers of its own, which are not written as rules say.
  ///   - notations: what earlier drops of the feed have proven; none where it is empty.
  /// - Returns: one for each column.
  public static func verdicts(
    _ evidence: [ColumnEvidence],
    known: [ColumnType?],
    isPinned: [Bool] = [],
    rules: ValueRules = ValueRules(),
    typesItsValues: Bool = false,
    notations: [Notation?] = []
  ) -> [Verdict] {
    var evidence = evidence.map { rules.applied(to: $0, typesItsValues: typesItsValues) }
    for (index, notation) in notations.enumerated() where !typesItsValues {
      if let notation { evidence[index] = evidence[index].narrowed(to: notation) }
    }
    var verdicts = evidence.indices.map { index in
      if index < isPinned.count, isPinned[index], let type = known[index],
        let pin = Pin(type, evidence[index], rules)
      {
        return pin.verdict
      }
      return verdict(evidence[index])
    }
    if rules.zone != nil {
      for index in verdicts.indices {
        if case .localDateTime(let order) = verdicts[index].form, verdicts[index].pin == nil {
          verdicts[index].form = .zoned(order)
        }
      }
    }
    let hasDecimalComma =
      rules.decimalMark == nil && verdicts.contains { $0.form.convention == .comma }
    for index in verdicts.indices {
      if hasDecimalComma, verdicts[index].form.convention == .point,
        evidence[index].marks.contains(.point), evidence[index].readings.contains(.commaDecimal)
      {
        let pin = verdicts[index].pin
        let form = pin == nil ? Form.string(isOpen: true) : .empty
        verdicts[index] = Verdict(form: form, doubt: .decimalOrGroupingPoint, pin: pin)
      }
      if let type = known[index], verdicts[index].pin == nil {
        verdicts[index] = widened(settled(verdicts[index], evidence[index], by: type), to: type)
      }
    }
    return verdicts
  }

  private static func verdict(_ evidence: ColumnEvidence) -> Verdict {
    switch evidence.nesting {
    case .none:
      if evidence.sawNullWord {
        return Verdict(form: .string(isOpen: true), doubt: .nullWordsOnly)
      }
      return Verdict(form: .empty, doubt: nil)
    case .object: return Verdict(form: .object, doubt: nil)
    case .array: return Verdict(form: .array, doubt: nil)
    case .scalar: break
    }
    let readings = evidence.readings
    guard !readings.isEmpty else { return Verdict(form: .string(isOpen: false), doubt: nil) }
    if !readings.isDisjoint(with: .numeric) { return number(evidence) }
    if !readings.isDisjoint(with: .temporal) { return moment(readings) }
    for pair in Form.Pair.allCases where readings.contains(pair.reading) {
      if pair == .trueFalse || (evidence.sawTrue && evidence.sawFalse) {
        return Verdict(form: .boolean(pair), doubt: nil)
      }
    }
    return Verdict(form: .string(isOpen: true), doubt: .oneWordOnly)
  }

  private static func number(_ evidence: ColumnEvidence) -> Verdict {
    let readings = evidence.readings
    if evidence.isShortened {
      return Verdict(form: .string(isOpen: true), doubt: .shortenedBySpreadsheet)
    }
    if readings.contains(.pointDecimal) {
      return Verdict(form: form(readings, .point, 0), doubt: nil)
    }
    let comma = readings.contains(.commaDecimal)
    let grouped = readings.contains(.groupedDecimal)
    if comma && grouped {
      return Verdict(form: .string(isOpen: true), doubt: .decimalOrGroupingComma)
    }
    if comma { return Verdict(form: form(readings, .comma, 3), doubt: nil) }
    return Verdict(form: form(readings, .grouped, 6), doubt: nil)
  }

  private static func form(
    _ readings: Readings,
    _ convention: Form.Convention,
    _ shift: UInt32
  ) -> Form {
    let width = readings.rawValue >> shift & 0b111
    if width & 0b001 != 0 { return .integer(convention) }
    return width & 0b010 != 0 ? .number(convention) : .decimal(convention)
  }

  private static func moment(_ readings: Readings) -> Verdict {
    if readings.contains(.time) { return Verdict(form: .time, doubt: nil) }
    let forms: [(Readings, Form)] = [
      (.dateYMD, .date(.yearMonthDay)), (.dateDMY, .date(.dayMonthYear)),
      (.dateMDY, .date(.monthDayYear)), (.localYMD, .localDateTime(.yearMonthDay)),
      (.localDMY, .localDateTime(.dayMonthYear)), (.localMDY, .localDateTime(.monthDayYear)),
      (.instantYMD, .instant(.yearMonthDay)), (.instantDMY, .instant(.dayMonthYear)),
      (.instantMDY, .instant(.monthDayYear)), (.dateNamed, .date(.named)),
      (.localNamed, .localDateTime(.named)), (.instantNamed, .instant(.named)),
    ]
    if readings.contains(.shortYear) {
      return Verdict(form: .string(isOpen: true), doubt: .twoDigitYear)
    }
    let possible = forms.filter { readings.contains($0.0) }
    guard possible.count == 1, let only = possible.first else {
      return Verdict(form: .string(isOpen: true), doubt: .dayOrMonthFirst)
    }
    return Verdict(form: only.1, doubt: nil)
  }

  /// The verdict where the feed's type answers the doubt: `yes` alone in a column of booleans,
  /// nothing but `NA` in one of numbers.
  private static func settled(
    _ verdict: Verdict,
    _ evidence: ColumnEvidence,
    by known: ColumnType
  ) -> Verdict {
    switch verdict.doubt {
    case .oneWordOnly:
      guard known == .boolean,
        let pair = Form.Pair.allCases.first(where: { evidence.readings.contains($0.reading) })
      else { return verdict }
      return Verdict(form: .boolean(pair), doubt: nil)
    case .nullWordsOnly:
      guard let form = Form(ofNulls: known) else { return verdict }
      return Verdict(form: form, doubt: nil)
    case .shortenedBySpreadsheet where known == .number || known == .decimal:
      var amounts = evidence
      amounts.marks.insert([.measured, .long])
      return number(amounts)
    default: return verdict
    }
  }

  /// The verdict under a feed whose column already has a type.
  private static func widened(_ verdict: Verdict, to known: ColumnType) -> Verdict {
    if verdict.form == .empty {
      switch known {
      case .object: return Verdict(form: .object, doubt: nil)
      case .array: return Verdict(form: .array, doubt: nil)
      default: return verdict
      }
    }
    guard let type = known.joined(with: verdict.form.type) else {
      // A contradiction: the feed's kind stands, and the values that break it are rejected.
      switch known {
      case .object: return Verdict(form: .object, doubt: nil)
      case .array: return Verdict(form: .array, doubt: nil)
      default: return Verdict(form: .string(isOpen: false), doubt: nil)
      }
    }
    if type == verdict.form.type { return verdict }
    switch (type, verdict.form.convention) {
    case (.number, let convention?): return Verdict(form: .number(convention), doubt: nil)
    case (.decimal, let convention?): return Verdict(form: .decimal(convention), doubt: nil)
    default: return Verdict(form: .string(isOpen: false), doubt: verdict.doubt)
    }
  }
}

extension Form {
  /// The form of a column of that type in a drop that has nulls alone; nil where those are text.
  fileprivate init?(ofNulls type: ColumnType) {
    switch type {
    case .boolean: self = .boolean(.trueFalse)
    case .integer: self = .integer(.point)
    case .number: self = .number(.point)
    case .decimal: self = .decimal(.point)
    case .date: self = .date(.yearMonthDay)
    case .localDateTime: self = .localDateTime(.yearMonthDay)
    case .instant: self = .instant(.yearMonthDay)
    case .time: self = .time
    case .empty, .string, .object, .array: return nil
    }
  }

  /// The marks of a number's digits; nil where the form is no number.
  var convention: Convention? {
    switch self {
    case .integer(let convention), .number(let convention), .decimal(let convention): convention
    default: nil
    }
  }
}
