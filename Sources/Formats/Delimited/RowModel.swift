/// What the rows of a table look like: learnt from regular rows, it judges the others.
public struct RowModel: Sendable, Hashable {
  /// A model a column.
  private(set) var columns: [ColumnModel]
  /// The header's rows, field by field; no record has these values.
  public var headers: [[[UInt8]]] = []
  /// Bytes of the header's last row as it stands, without its line end; -1 where there is none.
  public var headerLength = -1
  /// Rows learnt.
  private(set) var count = 0

  /// Rows that are worth learning.
  public static let rowLimit = 200

  /// A model of that many columns.
  public init(width: Int) {
    columns = [ColumnModel](repeating: ColumnModel(), count: width)
  }

  /// Learns a regular row's fields, without their quotes and the spaces around them.
  public mutating func learn(_ fields: [ArraySlice<UInt8>]) {
    guard fields.count >= columns.count, count < Self.rowLimit else { return }
    if let first = fields.first(where: { !$0.isEmpty }), FooterWords.isTotal(Array(first)) {
      return
    }
    for column in columns.indices { columns[column].learn(fields[column]) }
    count += 1
  }

  /// Fields that a usual row fills.
  var usuallyFilled: Double { columns.reduce(0) { $0 + $1.filledShare } }

  /// Whether `fields` are a header's once more.
  func isHeader(_ fields: [[UInt8]]) -> Bool {
    headers.contains { header in
      header.count <= fields.count
        && zip(header, fields).allSatisfy { $0 == $1 }
        && fields.dropFirst(header.count).allSatisfy(\.isEmpty)
    }
  }

  /// Whether a table's last row is no record but what a program writes below one: a total.
  ///
  /// One of its fields says so in a word, and either that word stands where no text does, or most
  /// fields that rows fill are empty.
  func isTotal(_ fields: [[UInt8]]) -> Bool {
    guard columns.count > 1, fields.count == columns.count, count > 0,
      let place = fields.firstIndex(where: { !$0.isEmpty }), FooterWords.isTotal(fields[place])
    else { return false }
    let filled = fields.reduce(0) { $0 + ($1.isEmpty ? 0 : 1) }
    if Double(filled) <= usuallyFilled * 0.6 { return true }
    return !columns[place].cost(fields[place][...]).fits
  }
}

/// Words that stand before totals.
enum FooterWords {
  private static let words: Set<String> = [
    "total", "totals", "grand total", "subtotal", "sub-total", "sum", "sums", "summe", "gesamt",
    "gesamtsumme", "endsumme", "insgesamt", "zwischensumme", "totale", "totaal", "totalt", "summa",
    "suma", "somme", "total général", "total general", "total geral", "soma", "razem", "ogółem",
    "celkem", "spolu", "összesen", "yhteensä", "i alt", "ukupno", "skupaj", "toplam", "итого",
    "всего", "сумма", "усього", "разом", "σύνολο", "合計", "总计", "合计", "總計", "합계", "총계",
  ]

  static func isTotal(_ text: [UInt8]) -> Bool {
    guard text.count <= 40 else { return false }
    var word = String(decoding: text, as: UTF8.self).lowercased()
    while let last = word.last, last == ":" || last == " " || last == "." { word.removeLast() }
    return words.contains(word)
  }
}
