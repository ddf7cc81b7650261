import Synchronization

/// What the rows of a table look like: learnt from regular rows, it judges the others.
///
/// Few tables have rows to judge, so the rows are listed and learnt from when the first is asked for.
public struct RowModel: Sendable, Hashable {
  /// Columns.
  let width: Int
  /// The header's rows, field by field; no record has these values.
  public var headers: [[[UInt8]]] = []
  /// Bytes of the header's last row as it stands, without its line end; -1 where there is none.
  public var headerLength = -1
  private let learnt: Learnt

  /// Rows that are worth learning.
  public static let rowLimit = 200

  /// Regular rows of a table, to learn from.
  public struct Rows: Sendable, Hashable {
    fileprivate let width: Int
    /// The rows, one behind the other, and where their fields begin and end.
    fileprivate var text: [UInt8] = []
    fileprivate var places: [Range<Int32>] = []

    /// Adds a row.
    ///
    /// `place` says where in `row` a column's field lies, without its quotes and the spaces around it.
    public mutating func add(_ row: ArraySlice<UInt8>, _ place: (Int) -> Range<Int>) {
      guard places.count < width * RowModel.rowLimit else { return }
      let shift = text.count - row.startIndex
      text += row
      for column in 0..<width {
        let place = place(column)
        let start = Int32(place.isEmpty ? text.count : place.lowerBound + shift)
        places.append(start..<(start + Int32(place.count)))
      }
    }
  }

  /// A model of that many columns; `list` adds the rows to learn from, when they are asked for.
  public init(width: Int, listing list: @escaping @Sendable (inout Rows) -> Void) {
    self.width = width
    learnt = Learnt(width: width, list)
  }

  /// A model a column.
  var columns: [ColumnModel] { learnt.columns }
  /// Rows learnt: those kept that are no totals.
  var count: Int { columns.first?.count ?? 0 }
  /// Fields that a usual row fills.
  var usuallyFilled: Double { columns.reduce(0) { $0 + $1.filledShare } }

  /// What the rows hold that are none of `others`: a model a column, and how many of the fields behind a
  /// delimiter begin with a space and how many do not.
  func learnt(
    without others: [[[UInt8]]]
  ) -> (columns: [ColumnModel], spaced: Int, unspaced: Int) {
    learnt.rows.learnt(without: others)
  }

  /// Models are equal that learn from the same.
  public static func == (one: RowModel, other: RowModel) -> Bool {
    one.width == other.width && one.headers == other.headers
      && one.headerLength == other.headerLength
      && (one.learnt === other.learnt || one.learnt.rows == other.learnt.rows)
  }

  /// The same for models that learn from the same.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(width)
    hasher.combine(headers)
    hasher.combine(learnt.rows)
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

/// The rows of a model and what was learnt of them, once somebody asked.
private final class Learnt: Sendable {
  private struct State {
    var list: (@Sendable (inout RowModel.Rows) -> Void)?
    var rows: RowModel.Rows
    var columns: [ColumnModel]?

    mutating func listRows() {
      list?(&rows)
      list = nil
    }
  }

  private let state: Mutex<State>

  init(width: Int, _ list: @escaping @Sendable (inout RowModel.Rows) -> Void) {
    state = Mutex(State(list: list, rows: RowModel.Rows(width: width)))
  }

  var rows: RowModel.Rows {
    state.withLock { state in
      state.listRows()
      return state.rows
    }
  }

  var columns: [ColumnModel] {
    state.withLock { state in
      if let columns = state.columns { return columns }
      state.listRows()
      let learnt = state.rows.columns
      state.columns = learnt
      return learnt
    }
  }
}

extension RowModel.Rows {
  fileprivate var columns: [ColumnModel] {
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
}

extension RowModel.Rows {
  fileprivate func learnt(
    without others: [[[UInt8]]]
  ) -> (columns: [ColumnModel], spaced: Int, unspaced: Int) {
    let apart = Set(others.map { $0.map { Array(ColumnModel.trimmed($0[...])) } })
    var columns = [ColumnModel](repeating: ColumnModel(), count: width)
    var (spaced, unspaced) = (0, 0)
    for row in stride(from: 0, to: places.count, by: width) {
      let places = places[row..<(row + width)]
      let fields = places.map { Array(text[Int($0.lowerBound)..<Int($0.upperBound)]) }
      if apart.contains(fields) { continue }
      if let first = fields.first(where: { !$0.isEmpty }), FooterWords.isTotal(first) { continue }
      for column in columns.indices { columns[column].learn(fields[column][...]) }
      for place in places.dropFirst() where !place.isEmpty {
        if text[Int(place.lowerBound) - 1] == 0x20 { spaced += 1 } else { unspaced += 1 }
      }
    }
    return (columns, spaced, unspaced)
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
    // None of the words holds a figure, and most first fields are one.
    guard text.count <= 40, !text.contains(where: { (0x30...0x39).contains($0) }) else {
      return false
    }
    var word = String(decoding: text, as: UTF8.self).lowercased()
    while let last = word.last, last == ":" || last == " " || last == "." { word.removeLast() }
    return words.contains(word)
  }
}
