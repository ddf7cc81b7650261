import Bytes

/// What the bytes of a text cost inside cells, summed up, so that a cell's cost takes few steps
/// whatever parts the cells.
///
/// How this works: every delimiter that is tried cuts the same bytes into other cells. Most bytes
/// cost the same in any of them, and the sums of those are kept for each place. The others, dear
/// marks, cost less where they repeat inside one cell; they are listed, and walked through.
struct TextCosts {
  private let bytes: [UInt8]
  private let start: Int
  /// For each place: in the low 40 bits the cost of the cheap bytes before it, above them the number
  /// of dear marks.
  private let before: [UInt64]
  /// Where the dear marks stand.
  private let marks: [Int32]

  private static let costBits: UInt64 = 40

  /// What a byte adds to the sums; behind the 256 of them, what it adds before a space.
  private static let steps: [UInt64] = {
    let steps = CellShape.textCosts.enumerated().map { byte, cost in
      cost < 8000 || byte == 0x22 ? UInt64(cost) : 1 << costBits
    }
    var spaced = steps
    // Words are listed so in running text.
    spaced[0x2C] = 4500
    spaced[0x3B] = 5500
    return steps + spaced
  }()

  /// Sums up the bytes between `start` and `end`.
  init(_ bytes: [UInt8], from start: Int, to end: Int) {
    self.bytes = bytes
    self.start = start
    (before, marks) = bytes.sums(of: Self.steps, in: start..<end, large: 1 << Self.costBits)
  }

  /// The shape of the cell between `from` and `to`.
  func shape(_ from: Int, _ to: Int) -> CellShape {
    let cell = CellShape.trimmed(bytes, from, to)
    let spaces = to - from - cell.count
    let padding = spaces > 0 ? 2000 + 500 * spaces : 0
    if cell.isEmpty { return CellShape(kind: .empty, cost: padding) }
    if CellShape.isNull(bytes, cell) { return CellShape(kind: .empty, cost: 4000 + padding) }
    if var value = CellShape.value(bytes, cell) {
      value.cost += padding
      return value
    }
    return CellShape(kind: .text, cost: text(cell) + padding)
  }

  /// The cost of plain text, its end included.
  private func text(_ cell: Range<Int>) -> Int {
    let sums = before[cell.upperBound - start] - before[cell.lowerBound - start]
    let mask = (UInt64(1) << Self.costBits) - 1
    let cheap = 4000 + Int(sums & mask)
    let count = Int(sums >> Self.costBits)
    if count == 0 { return cheap }
    let first = Int(before[cell.lowerBound - start] >> Self.costBits)
    return cheap + dear(marks[first..<(first + count)], in: cell, cheap: cheap)
  }

  /// What the dear marks of a cell add to `cheap`, the cost of its other bytes.
  private func dear(_ marks: ArraySlice<Int32>, in cell: Range<Int>, cheap: Int) -> Int {
    let costs = CellShape.textCosts
    var dear = 0
    var seen: UInt8 = 0
    var repeats = 0
    var open = 0
    var unopened = 0
    for mark in marks {
      let byte = bytes[Int(mark)]
      switch byte {
      case 0x5B, 0x7B: open += 1
      case 0x5D where open > 0, 0x7D where open > 0: open -= 1
      case 0x5D, 0x7D: unopened += 1
      default: break
      }
      let cost = costs[Int(byte)]
      // The mark that parted a list before is expected again.
      dear += byte == seen ? cost * 55 / 100 : cost
      repeats = byte == seen ? repeats + 1 : 0
      seen = byte
    }
    // A bracket without its other half is where a delimiter that is none cut a list or an object.
    let cut = 10_000 * (open + unopened)
    if repeats < 3 { return dear + cut }
    return min(dear, list(marks, in: cell, parted: seen) - cheap) + cut
  }

  /// The cost of a list inside one cell: its mark, and what stands between.
  private func list(_ marks: ArraySlice<Int32>, in cell: Range<Int>, parted sign: UInt8) -> Int {
    var cost = 16_000
    var from = cell.lowerBound
    for mark in marks where bytes[Int(mark)] == sign {
      cost += 1000 + shape(from, Int(mark)).cost
      from = Int(mark) + 1
    }
    return cost + 1000 + shape(from, cell.upperBound).cost
  }
}
