import CKernels
import Foundation
import TestKit
import Testing

/// Random bytes have no words, no long runs, no lines of a program's making: files of the world do.
@Suite(.enabled(if: Places.hasShared("corpora"), "no corpora in ../shared"))
struct `Kernels over every file of the corpora` {
  /// Each file's bytes, and 64 more that may be read past them.
  private func forEachFile(_ body: (_ path: String, _ bytes: [UInt8], _ count: Int) -> Void) {
    let root = "\(Places.shared)/corpora"
    for case let name as String in FileManager.default.enumerator(atPath: root) ?? .init() {
      guard let data = FileManager.default.contents(atPath: "\(root)/\(name)") else { continue }
      body(name, Array(data) + [UInt8](repeating: 0, count: 64), data.count)
    }
  }

  @Test func `every variant gives the same fields and the same cut`() {
    let signs: [(delimiter: UInt8, quote: UInt8?, lineEnd: UInt8)] = [
      (0x2C, 0x22, 0x0A), (0x3B, nil, 0x0A), (0x09, 0x27, 0x0D),
    ]
    var compared = 0
    forEachFile { path, bytes, count in
      for sign in signs {
        let dialect = dm_dialect(
          delimiter: sign.delimiter,
          quote: sign.quote ?? 0,
          line_end: sign.lineEnd,
          has_quote: sign.quote != nil
        )
        let truth = FieldIndex(0, bytes, count, dialect)
        for variant in 1...5 as ClosedRange<Int32> where dm_has_variant(variant) {
          let found = FieldIndex(variant, bytes, count, dialect)
          #expect(found == truth, "variant \(variant): \(path)")
          compared += 1
        }
      }
    }
    #expect(compared > 0)
  }

  @Test func `every variant finds the same end of valid UTF-8`() {
    var compared = 0
    forEachFile { path, bytes, count in
      let truth = valid(0, bytes, count)
      for variant in 1...2 as ClosedRange<Int32> where dm_utf8_has_variant(variant) {
        #expect(valid(variant, bytes, count) == truth, "variant \(variant): \(path)")
        compared += 1
      }
    }
    #expect(compared > 0)
  }

  @Test func `every way cuts JSON at the same places`() {
    var compared = 0
    forEachFile { path, bytes, count in
      for values in [0, 1] as [Int32] {
        let truth = scan(0, bytes, count, values)
        for way in 1..<max(dropmill_json_scan_ways(), 1) {
          #expect(scan(way, bytes, count, values) == truth, "way \(way): \(path)")
          compared += 1
        }
      }
    }
    #expect(compared > 0)
  }

  @Test func `the search finds what a loop finds`() {
    forEachFile { path, bytes, count in
      var at = 0
      var found: [Int] = []
      // Safe: the bytes are at least `count`.
      while at < count {
        at = unsafe dm_find_either(bytes, at, count, 0x2C, 0x0A)
        if at < count { found.append(at) }
        at += 1
      }
      let truth = bytes[..<count].indices.filter { bytes[$0] == 0x2C || bytes[$0] == 0x0A }
      #expect(found == truth, "\(path)")
    }
  }

  private func valid(_ variant: Int32, _ bytes: [UInt8], _ count: Int) -> Int {
    // Safe: the bytes are at least `count`.
    unsafe dm_utf8_valid_variant(variant, bytes, count)
  }

  private func scan(_ way: Int32, _ bytes: [UInt8], _ count: Int, _ values: Int32) -> [UInt64] {
    var state = dropmill_json_state()
    // Safe: the bytes are at least `count`, with 64 behind them.
    let found = unsafe dropmill_json_scan_by(way, &state, bytes, 0, count, 1 << 20, values)
    return [
      UInt64(found.at), UInt64(found.cut), found.cuts, UInt64(found.stopped), state.in_string,
      state.escaped, UInt64(bitPattern: state.depth),
    ]
  }
}

/// What one variant of the kernel finds in delimited text.
struct FieldIndex: Equatable {
  var places: [UInt32]
  var ends: [UInt32]
  var care: [UInt64]
  var end: Int
  var lines: UInt64
  var regular: Bool
  var open: Bool

  /// Reads `count` bytes, which 64 more follow.
  init(_ variant: Int32, _ bytes: [UInt8], _ count: Int, _ dialect: dm_dialect) {
    var places = [UInt32](repeating: 0, count: count + 65)
    var care = [UInt64](repeating: 0, count: count / 64 + 3)
    // Safe: the arrays have the room that the kernel asks for.
    var ends = [UInt32](repeating: 0, count: count + 2)
    let found = unsafe dm_index_fields_variant(
      variant,
      bytes,
      count,
      dialect,
      &places,
      &ends,
      &care
    )
    let split = unsafe dm_split_records_variant(variant, bytes, count, dialect)
    self.places = Array(places.prefix(found.places))
    self.ends = Array(ends.prefix(found.ends))
    self.care = Array(care.prefix((count + 63) / 64))
    end = split.end
    lines = split.lines
    regular = split.regular
    open = split.open
  }
}
