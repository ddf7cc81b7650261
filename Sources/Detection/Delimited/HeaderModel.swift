import Glibc

/// How much likelier a row is a header than a record, as the natural logarithm of the odds.
///
/// Names are short, unique and words; they stand above values of a type; they do not come again below.
struct HeaderModel {
  /// The log-odds; above 0 a header is likelier.
  private(set) var score: Double
  /// Columns where a name stands above values of a type.
  private(set) var contrasts = 0
  /// Fields that are numbers, dates or times as the column below them.
  private(set) var likeData = 0

  /// Looks at `row` above `body`.
  init(_ row: TableRow, above body: [TableRow], _ bytes: [UInt8]) {
    let profiles = Self.profiles(row, above: body.prefix(300), bytes)
    let countsUp = Self.countsUp(row, bytes)
    score = countsUp ? 4 : 1.2
    var weak = 0.0
    var seen: [(hash: UInt64, name: ArraySlice<UInt8>)] = []
    seen.reserveCapacity(profiles.count)
    var repeated = 0
    for (column, profile) in profiles.enumerated() {
      let name = row.bytes(column, bytes)
      let kind = row.kind(column)
      if kind != .empty {
        let hash = name.reduce(ValueSet.start, ValueSet.step)
        if seen.contains(where: { $0.hash == hash && $0.name == name }) {
          repeated += 1
        } else {
          seen.append((hash, name))
        }
      }
      if countsUp && kind == .integer { continue }
      let (strong, faint) = Self.weigh(name, kind, profile)
      score += strong
      weak += faint
      if strong > 1.5 { contrasts += 1 }
      if strong < -1.5 && kind.isTyped { likeData += 1 }
    }
    score += weak / Double(max(profiles.count, 1)).squareRoot()
    score -= min(3, Double(repeated))
    if !countsUp && row.filled > 0 && row.typed == row.filled { score -= 2 }
  }

  /// What stands below each of the row's fields.
  private static func profiles(
    _ row: TableRow,
    above body: ArraySlice<TableRow>,
    _ bytes: [UInt8]
  ) -> [ColumnProfile] {
    var profiles = [ColumnProfile](repeating: ColumnProfile(), count: min(row.width, 200))
    for below in body {
      for column in 0..<min(profiles.count, below.width) {
        profiles[column].count(below.kind(column))
      }
    }
    // Where the kinds alone decide, nobody asks for more.
    let ofWords = profiles.indices.filter {
      row.kind($0) == .text && !profiles[$0].isOfKind
    }
    for below in body {
      for column in ofWords where column < below.width && below.kind(column) != .empty {
        profiles[column].add(bytes, below.place(column, bytes))
      }
    }
    return profiles
  }

  /// What one field says: strongly (types differ or agree) and faintly (shape of the words).
  private static func weigh(
    _ name: ArraySlice<UInt8>,
    _ kind: CellShape.Kind,
    _ profile: ColumnProfile
  ) -> (strong: Double, faint: Double) {
    if kind == .empty { return (0, profile.count > 0 ? -0.4 : 0) }
    if kind.isTyped || kind == .groups {
      if profile.share(kind) > 0.5 { return (-2.2, 0) }
      return (kind == .groups ? -0.3 : -0.8, 0)
    }
    if profile.typedShare > 0.7 { return (2.4, 0) }
    if profile.typedShare > 0.4 { return (1, 0) }
    if profile.share(.groups) > 0.7 { return (1.6, 0) }
    if isLikeValues(name, profile) { return (-2, 0) }
    var faint = nameLike(name)
    guard profile.count > 0 else { return (0, faint) }
    if profile.values.contains(name) { return (0, faint - 2.5) }
    let mean = Double(profile.length) / Double(profile.count)
    if profile.count > 2 && profile.shortest == profile.longest {
      faint += name.count == profile.shortest ? -0.8 : 1
    } else if mean > Double(name.count) * 2 + 4 {
      faint += 0.6
    } else if Double(name.count) > mean * 3 + 4 {
      faint += 0.4
    }
    let spaced = Double(profile.spaced) / Double(profile.count)
    if spaced > 0.6 && !name.contains(0x20) { faint += 0.5 }
    // Few values that come again and again, and the name is none of them.
    if profile.count > 5 && profile.values.count * 3 < profile.count { faint += 0.8 }
    let isUpper = !name.contains { (0x61...0x7A).contains($0) }
    if profile.count > 2 {
      if isUpper && profile.upper == 0 { faint += 0.5 }
      if !isUpper && profile.upper == profile.count { faint += 0.7 }
      let isLowerFirst = name.first.map { (0x61...0x7A).contains($0) } ?? false
      if isLowerFirst && profile.lowerFirst == 0 { faint += 0.5 }
    }
    return (0, faint)
  }

  /// Whether a text is one of the column's values by its make: a code, an address, a path among such;
  /// the one value that the column has; a word of a closed pair.
  private static func isLikeValues(_ name: ArraySlice<UInt8>, _ profile: ColumnProfile) -> Bool {
    guard profile.count > 0 else { return false }
    if profile.values.count == 1, profile.count > 1, profile.values.contains(name) { return true }
    if Self.truths.contains(where: name.elementsEqual),
      Self.truths.count(where: { profile.values.contains($0[...]) }) == profile.values.count
    {
      return true
    }
    guard profile.alike * 10 > profile.count * 7, profile.pattern.parts > 2,
      profile.pattern.isOfValues
    else { return false }
    var own = CellPattern()
    for byte in name { own.add(byte) }
    return own == profile.pattern
  }

  private static let truths = [
    "yes", "no", "true", "false", "Yes", "No", "True", "False", "YES", "NO", "TRUE", "FALSE",
  ].map { Array($0.utf8) }

  /// How much a text looks like a column's name.
  private static func nameLike(_ name: ArraySlice<UInt8>) -> Double {
    var score = 0.0
    if name.count > 50 { score -= 1 }
    if name.contains(0x5F) { score += 0.7 }
    var humps = 0
    var previous: UInt8 = 0
    for byte in name {
      if (0x41...0x5A).contains(byte) && (0x61...0x7A).contains(previous) { humps += 1 }
      previous = byte
    }
    if humps > 0 && !name.contains(0x20) { score += 0.5 }
    if name.contains(0x40) || name.contains(0x2F) && name.contains(0x3A) { score -= 1.5 }
    if previous == 0x2E || previous == 0x21 { score -= 0.4 }
    return score + (HeaderWords.hits(name) ? 1.6 : 0)
  }

  /// Years or numbers that go up by one, behind a first name: `country,2019,2020,2021`.
  private static func countsUp(_ row: TableRow, _ bytes: [UInt8]) -> Bool {
    var previous: Int?
    var count = 0
    for column in 0..<row.width where row.kind(column) == .integer {
      let value = row.bytes(column, bytes).reduce(0) {
        min($0 * 10 + Int($1) - 0x30, 1 << 40)
      }
      if let previous, value != previous + 1 { return false }
      previous = value
      count += 1
    }
    guard count >= 3, let previous, previous < 3000 else { return false }
    return row.filled > count || previous > 1900
  }
}

/// Words that columns are often called by.
enum HeaderWords {
  private static let words: Set<UInt64> = Set(
    """
    id ids name names date datum time zeit code type typ no nr num number nummer amount betrag price \
    preis total sum status state city country land address adresse email mail phone telephone \
    telefon fax first last title titel description desc value wert year jahr month day week hour \
    lat lon lng latitude longitude url link currency währung waehrung quantity qty count account \
    konto kontonummer balance saldo category kategorie group region zip postcode plz street \
    strasse company firma customer kunde order item product produkt artikel sku comment comments \
    notes note bemerkung label key index rank age sex gender fecha importe nombre apellido concepto \
    montant libellé libelle nom prénom data descrizione importo valuta buchungstag verwendungszweck \
    iban bic reference ref start end begin from to min max mean median x y z height width weight \
    size color colour level score rate ratio percent currency_code timestamp created updated \
    modified user username login password role active enabled department district county province \
    language version source target unit units location place species sample test result class
    """.utf8.split(separator: 0x20).map { $0.reduce(start, step) }
  )

  // FNV-1a; a word that is none and falls together with one is told apart by nothing, once in 2^56.
  private static let start: UInt64 = 0xCBF2_9CE4_8422_2325

  private static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x100_0000_01B3
  }

  /// Whether the text, or a word of it, is one of them.
  static func hits(_ name: ArraySlice<UInt8>) -> Bool {
    guard name.count <= 40 else { return false }
    var word = start
    var previous: UInt8 = 0
    for byte in name {
      let isUpper = (0x41...0x5A).contains(byte)
      let isLetter = isUpper || (0x61...0x7A).contains(byte) || byte >= 0x80
      let isHump = isUpper && (0x61...0x7A).contains(previous)
      if !isLetter || isHump {
        if words.contains(word) { return true }
        word = start
      }
      if isLetter { word = step(word, isUpper ? byte + 32 : byte) }
      previous = byte
    }
    return words.contains(word)
  }
}
