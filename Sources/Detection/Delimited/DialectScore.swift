import Formats
import Glibc

/// How many bits it takes to write a text down as a table of one dialect: the shortest wins.
///
/// How this works: delimiters and line ends are free as long as each row has the width that is
/// expected; a row of another width costs. Each cell costs what its kind needs (a date is cheap,
/// the same bytes as text are dear), and each column costs the disorder of its kinds and quotes. A
/// delimiter that is none cuts dates and numbers into dearer parts and makes rows ragged; one that
/// is missed leaves dear marks inside text.
struct DialectScore {
  /// Bits in all.
  private(set) var bits: Double
  /// The width that most rows have.
  private(set) var width: Int
  /// Rows that are not blank.
  private(set) var rows: Int
  /// Rows of that width.
  private(set) var regularRows: Int
  /// What each of the scan's fields looks like.
  private(set) var fieldKinds: [CellShape.Kind] = []
  /// Thousandths of bits of the cells of each of the scan's rows; nil where it is blank.
  private(set) var rowCosts: [Int?] = []
  /// Thousandths of bits that escapes and stray quotes add.
  private(set) var signCost = 0

  /// Columns whose kinds are counted one by one.
  static let columnLimit = 256

  /// Thousandths of bits of the cells taken in.
  private(set) var cellCost = 0

  /// Of no rows yet.
  init() {
    (bits, width, rows, regularRows) = (0, 1, 0, 0)
  }

  /// The cost of `scan` over a text of those costs, before any prior.
  init(_ scan: DialectScan, _ costs: TextCosts) {
    self.init()
    fieldKinds.reserveCapacity(scan.fields.count)
    rowCosts.reserveCapacity(scan.rows.count)
    add(scan, costs)
    finish(scan)
  }

  /// Takes in the cells of the scan's rows that were not there before.
  mutating func add(_ scan: DialectScan, _ costs: TextCosts) {
    for row in scan.rows[rowCosts.count...] {
      if row.fields.count == 1, scan.fields[row.fields.lowerBound].isNothing {
        fieldKinds.append(.empty)
        rowCosts.append(nil)
        continue
      }
      var cost = 0
      for place in row.fields {
        let field = scan.fields[place]
        let shape = costs.shape(field.start, field.end)
        cost += shape.cost
        fieldKinds.append(shape.kind)
      }
      rowCosts.append(cost)
      cellCost += cost
    }
    // An escaped quote is one mark; as text it was counted twice.
    signCost = scan.strayQuotes * 24_000 - scan.escapes * (CellShape.textCosts[0x22] * 2 - 4000)
  }

  /// Adds what rows and columns cost, once all cells are taken in.
  mutating func finish(_ scan: DialectScan) {
    let widest = scan.rows.reduce(1) { max($0, $1.fields.count) }
    let columns = min(widest, Self.columnLimit + 1)
    var kinds = [Int32](repeating: 0, count: columns * CellShape.Kind.count)
    var quoted = [Int32](repeating: 0, count: columns * 2)
    var widths: [Int] = []
    widths.reserveCapacity(scan.rows.count)
    for (row, cost) in zip(scan.rows, rowCosts) where cost != nil {
      widths.append(row.fields.count)
      var column = 0
      for place in row.fields {
        kinds[column * CellShape.Kind.count + fieldKinds[place].rawValue] += 1
        quoted[column * 2 + (scan.fields[place].isQuoted ? 1 : 0)] += 1
        if column < Self.columnLimit { column += 1 }
      }
    }
    var counts = [Int](repeating: 0, count: widest + 1)
    for width in widths { counts[width] += 1 }
    regularRows = counts.max() ?? 0
    width = regularRows > 0 ? counts.firstIndex(of: regularRows) ?? 1 : 1
    rows = widths.count
    bits = Double(cellCost + signCost) / 1000 + Self.rowBits(widths, mode: width)
    // A width that no second row confirms is no table's.
    if regularRows == 1, rows > 1 { bits += 8 }
    // In a single row there is no order that columns could have.
    guard rows > 1 else { return }
    bits += Self.disorder(kinds, CellShape.Kind.count, columns) + Self.disorder(quoted, 2, columns)
  }

  /// All rows that are not blank have one width, and more than one field: nothing else is the table's.
  var isRegular: Bool { width > 1 && rows > 2 && regularRows == rows }

  /// Bits of the rows' widths: the usual one or the last one's are expected.
  static func rowBits(_ widths: [Int], mode: Int) -> Double {
    var bits = log2(Double(mode) + 1)
    var previous = mode
    for width in widths {
      if width == mode {
        bits += 0.12
      } else if width == previous {
        bits += 2
      } else {
        bits += (width == 1 ? 9 : 7) + log2(Double(abs(width - mode)) + 1)
      }
      previous = width
    }
    return bits
  }

  /// Bits to say which of its values each of the columns' cells has, the values' counts included.
  static func disorder(_ counts: [Int32], _ values: Int, _ columns: Int) -> Double {
    var bits = 0.0
    for start in stride(from: 0, to: columns * values, by: values) {
      var total = 0.0
      var used = 0.0
      for index in 0..<values where counts[start + index] > 0 {
        total += Double(counts[start + index])
        used += 1
      }
      guard total > 0 else { continue }
      for index in 0..<values where counts[start + index] > 0 {
        let count = Double(counts[start + index])
        bits += count * log2(total / count)
      }
      bits += (used - 1) * 0.5 * log2(total + 1) + 1
    }
    return bits
  }
}
