public import Records

extension ColumnEvidence {
  /// The evidence without the readings that the feed's notation rules out, where both are open.
  ///
  /// Values that prove another notation stay as they are.
  func narrowed(to notation: Notation) -> ColumnEvidence {
    var narrow = self
    let dayFirst: Readings = [.dateDMY, .localDMY, .instantDMY]
    let monthFirst: Readings = [.dateMDY, .localMDY, .instantMDY]
    let points: Readings = [.pointInteger, .pointNumber, .pointDecimal]
    let commas: Readings = [.commaInteger, .commaNumber, .commaDecimal]
    let groups: Readings = [.groupedInteger, .groupedNumber, .groupedDecimal]
    func ruleOut(_ other: Readings, for own: Readings) {
      guard !readings.isDisjoint(with: own), !readings.isDisjoint(with: other) else { return }
      narrow.readings.subtract(other)
    }
    switch notation {
    case .dayFirst: ruleOut(monthFirst, for: dayFirst)
    case .monthFirst: ruleOut(dayFirst, for: monthFirst)
    // Numbers without any mark are the same in both: then the integer's own reading is kept.
    case .decimalComma where !readings.contains(.pointInteger):
      ruleOut(points.union(groups), for: commas)
    case .decimalPoint where !readings.contains(.pointInteger):
      ruleOut(commas, for: points.union(groups))
    case .decimalComma, .decimalPoint, .mixed: break
    }
    return narrow
  }

  /// The notation that the values prove under the form that was found; nil where they prove none.
  func notation(under form: Form) -> Notation? {
    switch form {
    case .date(let order), .localDateTime(let order), .instant(let order), .zoned(let order):
      switch order {
      case .dayMonthYear: return .dayFirst
      case .monthDayYear: return .monthFirst
      case .yearMonthDay, .named: return nil
      }
    case .integer(let convention), .number(let convention), .decimal(let convention):
      switch convention {
      case .comma: return .decimalComma
      case .grouped: return .decimalPoint
      case .point:
        return marks.contains(.point) && !readings.contains(.commaDecimal) ? .decimalPoint : nil
      }
    default: return nil
    }
  }
}

extension Proof {
  /// The notations that a drop has proven, a column each; `verdicts` are those of its evidence.
  public static func notations(
    _ evidence: [ColumnEvidence],
    _ verdicts: [Verdict]
  ) -> [Notation?] {
    zip(evidence, verdicts).map { $0.notation(under: $1.form) }
  }
}
