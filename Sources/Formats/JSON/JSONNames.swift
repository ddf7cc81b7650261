import Bytes
import CKernels

/// The names of a block's columns, found by their bytes.
///
/// Columns `0..<fixedCount` stay from block to block; those behind them are one block's own.
@safe
struct JSONNames {
  /// For each name its bytes, a quote and a colon, one after another: what stands in compact JSON.
  private var tokens = ByteArena(capacity: 1 << 12)
  /// Where each name's bytes begin in `tokens`, and one past the last.
  private let starts = FlatArray<Int>(capacity: 64)
  /// Columns by hash, open addressing; -1 where none is.
  private var slots: [Int32] = Array(repeating: -1, count: 64)
  /// Drawn once, so that nobody can choose names that all hash alike.
  private let seed = UInt64.random(in: .min ... .max)
  /// Columns that stay.
  private(set) var fixedCount = 0

  /// Columns there are.
  var count: Int { starts.count - 1 }

  /// A table of those names, in their order; a name that stands twice is found at its first place.
  init(_ names: [[UInt8]]) {
    starts.append(0)
    let scratch = ByteBuffer(capacity: 256)
    for name in names {
      scratch.count = 0
      scratch.append(contentsOf: name)
      // Safe: the buffer holds the name and has slack behind it.
      unsafe add(UnsafePointer(scratch.base), scratch.count)
    }
    fixedCount = count
  }

  /// Whether the bytes at `place` are column's name, a quote and a colon; returns their count or 0.
  @inline(__always)
  func match(_ column: Int, at place: UnsafePointer<UInt8>) -> Int {
    let start = starts[column]
    let length = starts[column + 1] - start
    // Safe: both places have 15 readable bytes behind them.
    return unsafe dropmill_same(tokens.pointer(at: start), place, length) ? length : 0
  }

  /// The names as `match` holds them against bytes, and where each begins; until a name is added.
  var tokenBytes: UnsafePointer<UInt8> { unsafe tokens.pointer(at: 0) }
  var tokenStarts: UnsafePointer<Int> { unsafe UnsafePointer(starts.base) }

  /// The column of that name, or nil.
  func find(_ name: UnsafePointer<UInt8>, _ length: Int) -> Int? {
    let mask = slots.count - 1
    var slot = unsafe hash(name, length) & mask
    while slots[slot] >= 0 {
      let column = Int(slots[slot])
      let start = starts[column]
      if starts[column + 1] - start == length + 2,
        unsafe dropmill_same(tokens.pointer(at: start), name, length)
      {
        return column
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Adds a column of that name, behind all others, and returns its index.
  @discardableResult
  mutating func add(_ name: UnsafePointer<UInt8>, _ length: Int) -> Int {
    let column = count
    unsafe tokens.append(name, length)
    tokens.reserve(2)
    tokens.put(UInt8(ascii: "\""))
    tokens.put(UInt8(ascii: ":"))
    starts.append(tokens.count)
    if count * 2 > slots.count {
      slots = Array(repeating: -1, count: slots.count * 4)
      for index in 0..<count { insert(index) }
    } else {
      insert(column)
    }
    return column
  }

  /// The name of a column.
  func name(of column: Int) -> [UInt8] {
    let start = starts[column]
    let length = starts[column + 1] - start - 2
    // Safe: the name lies in the buffer.
    return unsafe Array(UnsafeBufferPointer(start: tokens.pointer(at: start), count: length))
  }

  /// Forgets all columns but the first `kept`.
  mutating func keep(_ kept: Int) {
    guard kept < count else { return }
    starts.cut(to: kept + 1)
    tokens.cut(to: starts[kept])
    for index in slots.indices { slots[index] = -1 }
    for index in 0..<kept { insert(index) }
  }

  private mutating func insert(_ column: Int) {
    let start = starts[column]
    let length = starts[column + 1] - start - 2
    let mask = slots.count - 1
    // Safe: the name lies in the buffer.
    var slot = unsafe hash(tokens.pointer(at: start), length) & mask
    while slots[slot] >= 0 { slot = (slot + 1) & mask }
    slots[slot] = Int32(column)
  }

  private func hash(_ name: UnsafePointer<UInt8>, _ length: Int) -> Int {
    var state = seed ^ UInt64(truncatingIfNeeded: length)
    var at = 0
    // Safe: up to 7 bytes past the name are readable; they are masked away.
    while at < length {
      var word = unsafe UnsafeRawPointer(name + at).loadUnaligned(as: UInt64.self).littleEndian
      if length - at < 8 { word &= (1 << UInt64((length - at) * 8)) &- 1 }
      let product = (state ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 | seed << 1 | 1)
      state = product.high ^ product.low
      at += 8
    }
    return Int(truncatingIfNeeded: state >> 1)
  }
}
