import Glibc
import Records

/// Fits a record's fields to a table's columns by what the columns hold: the cheapest way wins.
///
/// How this works: a shortest path from no field and no column to all of both. A step takes a field
/// for a column, leaves a column absent, drops an empty field, joins fields or parts one; each has
/// its price in bits, and so has every value in its column. The few best paths to each place are
/// kept, so that the runner-up is known, too.
struct RowAlignment {
  /// A way to fit the fields, with its cost.
  struct Candidate {
    var fields: [[UInt8]]
    var kinds: [RepairCode]
    var bits: Double
  }

  /// The best ways, cheapest first, no two with the same fields.
  private(set) var candidates: [Candidate] = []

  /// Fields more or fewer than columns up to which a fit is looked for.
  static let reach = 6
  /// Paths that are kept a place.
  private static let kept = 4

  private let fields: [RowReading.Field]
  /// What each column holds.
  private let columns: [ColumnModel]
  private let delimiter: [UInt8]
  private var paths: [[Path]]
  private let span: Int

  /// A path's last step and where it came from.
  private struct Path {
    var bits: Double
    var from: (place: Int, rank: Int)
    var step: Step
  }

  private enum Step {
    case start
    case take
    case miss
    case drop
    case join(Int)
    case part(Int)
  }

  init(_ fields: [RowReading.Field], _ model: RowModel, delimiter: [UInt8], canEdit: Bool = true) {
    self.fields = fields
    columns = model.columns
    self.delimiter = delimiter
    let width = columns.count
    span = width + 1
    paths = []
    guard abs(fields.count - width) <= Self.reach else { return }
    if fields.count == width {
      takeAsTheyStand()
    } else if canEdit, width <= 512 {
      paths = [[Path]](repeating: [], count: (fields.count + 1) * span)
      search()
    }
  }

  private mutating func takeAsTheyStand() {
    var bits = 0.0
    for (field, column) in zip(fields, columns) { bits += column.cost(field.bytes[...]).bits }
    candidates = [Candidate(fields: fields.map(\.bytes), kinds: [], bits: bits)]
  }

  private mutating func search() {
    let width = columns.count
    paths[0] = [Path(bits: 0, from: (0, 0), step: .start)]
    for field in 0...fields.count {
      // Steps shift to one side only: to later columns where fields lack, else to earlier ones.
      let shifted = field + width - fields.count
      for column in max(0, min(field, shifted))...min(width, max(field, shifted)) {
        extend(field, column)
      }
    }
    for rank in paths[fields.count * span + width].indices {
      let found = trace(fields.count * span + width, rank)
      if !candidates.contains(where: { $0.fields == found.fields }) { candidates.append(found) }
    }
  }

  private mutating func extend(_ field: Int, _ column: Int) {
    let place = field * span + column
    guard !paths[place].isEmpty else { return }
    let width = columns.count
    if column < width, fields.count < width {
      let absent = columns[column].cost([]).bits
      // What a program leaves out stands at the end, be it ever so rarely empty else.
      let price = field == fields.count ? 2.5 + min(absent, 3) : 8 + absent
      add(from: place, to: place + 1, price, .miss)
    }
    guard field < fields.count else { return }
    let text = fields[field].bytes
    if text.isEmpty, fields.count > width {
      add(from: place, to: place + span, column == width ? 2 : 6, .drop)
    }
    guard column < width else { return }
    add(from: place, to: place + span + 1, columns[column].cost(text[...]).bits, .take)
    if fields.count > width { join(field, column) }
    if fields.count < width, column + 1 < width { part(field, column) }
  }

  private mutating func join(_ field: Int, _ column: Int) {
    var text = fields[field].bytes
    guard !text.isEmpty, !fields[field].isQuoted else { return }
    for count in 2...4 where field + count <= fields.count {
      let next = fields[field + count - 1]
      guard !next.bytes.isEmpty, !next.isQuoted else { return }
      text += delimiter + next.bytes
      let bits = 7 + 2 * Double(count) + columns[column].cost(text[...]).bits
      let place = field * span + column
      add(from: place, to: place + count * span + 1, bits, .join(count))
    }
  }

  private mutating func part(_ field: Int, _ column: Int) {
    let text = fields[field].bytes
    guard text.count > 1, !fields[field].isQuoted, text.count <= 400 else { return }
    let place = field * span + column
    let price = 7 + log2(Double(text.count))
    for cut in 1..<text.count where text[cut] & 0xC0 != 0x80 {
      let left = columns[column].cost(text[..<cut]).bits
      let right = columns[column + 1].cost(text[cut...]).bits
      add(from: place, to: place + span + 2, price + left + right, .part(cut))
    }
  }

  private mutating func add(from: Int, to: Int, _ price: Double, _ step: Step) {
    for (rank, path) in paths[from].enumerated() {
      let bits = path.bits + price
      if paths[to].count == Self.kept, let last = paths[to].last, last.bits <= bits { return }
      let at = paths[to].firstIndex { $0.bits > bits } ?? paths[to].count
      paths[to].insert(Path(bits: bits, from: (from, rank), step: step), at: at)
      if paths[to].count > Self.kept { paths[to].removeLast() }
    }
  }

  private func trace(_ end: Int, _ endRank: Int) -> Candidate {
    var (place, rank) = (end, endRank)
    var taken: [[UInt8]] = []
    var kinds: [RepairCode] = []
    while true {
      let path = paths[place][rank]
      let field = path.from.place / span
      switch path.step {
      case .start:
        let bits = paths[end][endRank].bits
        return Candidate(fields: taken.reversed(), kinds: kinds.reversed(), bits: bits)
      case .take: taken.append(fields[field].bytes)
      case .miss:
        taken.append([])
        kinds.append(.fieldMissing)
      case .drop: kinds.append(.emptyFieldDropped)
      case .join(let count):
        let parts = fields[field..<(field + count)].map(\.bytes)
        taken.append(Array(parts.joined(separator: delimiter)))
        kinds.append(.fieldsJoined)
      case .part(let cut):
        taken.append(Array(fields[field].bytes[cut...]))
        taken.append(Array(fields[field].bytes[..<cut]))
        kinds.append(.fieldParted)
      }
      (place, rank) = path.from
    }
  }
}
