import Synchronization

/// What the rows of a table look like: learnt from regular rows, it judges the others.
///
/// Few tables have rows to judge, so the rows are only kept, and learnt from when the first is asked for.
public struct RowModel: Sendable, Hashable {
  /// Columns.
  let width: Int
  /// The header's rows, field by field; no record has these values.
  public var headers: [[[UInt8]]] = []
  /// Bytes of the header's last row as it stands, without its line end; -1 where there is none.
  public var headerLength = -1
  /// The rows kept, one behind the other, and where their fields begin and end.
  private var text: [UInt8] = []
  private var places: [Range<Int32>] = []
  private var learnt = Learnt()

  /// Rows that are worth learning.
  public static let rowLimit = 200

  /// A model of that many columns.
  public init(width: Int) {
    self.width = width
  }

  /// Keeps a regular row to learn from.
  ///
  /// `place` says where in `row` a column's field lies, without its quotes and the spaces around it.
  public mutating func learn(_ row: ArraySlice<UInt8>, _ place: (Int) -> Range<Int>) {
    guard places.count < width * Self.rowLimit else { return }
    let shift = text.count - row.startIndex
    text += row
    for column in 0..<width {
      let place = place(column)
      let start = Int32(place.isEmpty ? text.count : place.lowerBound + shift)
      places.append(start..<(start + Int32(place.count)))
    }
    learnt = Learnt()
  }

  /// A model a column.
  var columns: [ColumnModel] { learnt.columns(of: self) }
  /// Rows learnt: those kept that are no totals.
  var count: Int { columns.first?.count ?? 0 }
  /// Fields that a usual row fills.
  var usuallyFilled: Double { columns.reduce(0) { $0 + $1.filledShare } }

  fileprivate func learnAll() -> [ColumnModel] {
    var columns = [ColumnModel](repeating: ColumnModel(), count: width)
    for row in stride(from: 0, to: places.count, by: width) {
      let fields = places[row..<(row + width)].map { text[Int($0.lowerBound)..<Int($0.upperBound)] }
      if let first = fields.first(where: { !$0.isEmpty }), FooterWords.isTotal(Array(first)) {
        continue
      }
      for column in columns.indices { columns[column].learn(fields[column]) }
    }
    return columns
  }

  /// Models are equal that have kept the same.
  public static func == (one: RowModel, other: RowModel) -> Bool {
    one.width == other.width && one.headers == other.headers
      && one.headerLength == other.headerLength && one.places == other.places
      && one.text == other.text
  }

  /// The same for models that have kept the same.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(width)
    hasher.combine(headers)
    hasher.combine(places)
    hasher.combine(text)
  }

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
    guard width > 1, fields.count == width,
      let place = fields.firstIndex(where: { !$0.isEmpty }), FooterWords.isTotal(fields[place]),
      count > 0
    else { return false }
    let filled = fields.reduce(0) { $0 + ($1.isEmpty ? 0 : 1) }
    if Double(filled) <= usuallyFilled * 0.6 { return true }
    return !columns[place].cost(fields[place][...]).fits
  }
}

/// What was learnt of a model's rows, once somebody asked.
private final class Learnt: Sendable {
  private let columns = Mutex<[ColumnModel]?>(nil)

  func columns(of model: RowModel) -> [ColumnModel] {
    columns.withLock { columns in
      if let columns { return columns }
      let learnt = model.learnAll()
      columns = learnt
      return learnt
    }
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
