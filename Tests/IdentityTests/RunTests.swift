import Files
import Foundation
import Identity
import Records
import TestKit
import Testing

@Suite struct `A run` {
  @Test func `cut at any byte is never read`() throws {
    var random = SeededGenerator(seed: 1)
    let runs = try Runs()
    let run = try runs.write((0..<40).map { _ in Shape.uniform.draw(.max, &random) })
    let whole = try runs.scratch.bytes(run.name)
    for length in 0..<whole.count {
      try runs.scratch.write(run.name, whole[..<length])
      let error = #expect(throws: IdentityError.self, "\(length) bytes") {
        try runs.open([run], check: .header)
      }
      #expect(error?.code == "run-damaged")
    }
    try runs.scratch.write(run.name, whole + [0])
    #expect(throws: IdentityError.self) { try runs.open([run], check: .header) }
    try runs.scratch.write(run.name, whole)
    #expect(try runs.open([run]).count == 40)
  }

  @Test(arguments: [Shape.uniform, .equalHighs])
  func `is held to every one of its bytes when it is looked at as a whole`(shape: Shape) throws {
    var random = SeededGenerator(seed: 2)
    let runs = try Runs()
    let run = try runs.write((0..<30).map { _ in shape.draw(100, &random) })
    let whole = try runs.scratch.bytes(run.name)
    for index in whole.indices {
      var bytes = whole
      bytes[index] ^= 1 << UInt8(index & 7)
      try runs.scratch.write(run.name, bytes)
      let error = #expect(throws: IdentityError.self, "byte \(index)") { try runs.open([run]) }
      #expect(error?.code == "run-damaged")
      if index < 128 {
        #expect(throws: IdentityError.self) { try runs.open([run], check: .header) }
      }
    }
  }

  @Test func `is the one that the ledger means`() throws {
    let runs = try Runs()
    let one = try runs.write([Fingerprint(high: 1, low: 1)])
    let other = try runs.write([Fingerprint(high: 2, low: 2)])
    var wrong = one
    wrong.sha256 = other.sha256
    #expect(throws: IdentityError.self) { try runs.open([wrong], check: .header) }
    wrong = one
    wrong.count = 2
    #expect(throws: IdentityError.self) { try runs.open([wrong], check: .header) }
    wrong = one
    wrong.name = "run-nobody"
    let error = #expect(throws: IdentityError.self) { try runs.open([wrong], check: .header) }
    #expect(error?.code == "file-failed")
  }

  @Test func `that the ledger does not name is swept away`() throws {
    let runs = try Runs()
    let named = try runs.write([Fingerprint(high: 1, low: 1)])
    _ = try runs.write([Fingerprint(high: 2, low: 2)])
    try runs.scratch.write("run-half", [1, 2, 3])
    #expect(try runs.folder.sweep(keeping: [named.name]) == 2)
    #expect(try runs.folder.sweep(keeping: [named.name]) == 0)
    #expect(runs.scratch.files() == [named.name])
  }

  /// Mapped, read, and with an index that has to be given back all the time.
  @Test(arguments: Shape.allCases, [1 << 30, 100_000, 0])
  func `knows its fingerprints and none beside them`(shape: Shape, mapped: Int) throws {
    var random = SeededGenerator(seed: 5)
    let runs = try Runs()
    let rows = (0..<30_000).map { _ in shape.draw(1 << 40, &random) }
    let run = try runs.write(rows, memory: 1 << 24)
    let set = try IdentitySet([run], in: runs.folder, check: .everything, small: 0)
    let known = Set(rows)
    // Near misses share their bucket and their tag with a key that is there.
    let asked =
      rows.prefix(5_000)
      + rows.prefix(5_000).map {
        Fingerprint(high: $0.high, low: $0.low ^ 1 << 63)
      } + (0..<5_000).map { _ in shape.draw(1 << 40, &random) }
    let memory = IdentityMemory(new: 0, mapped: mapped)
    let answers = try set.contains(Array(asked).span, memory: memory)
    #expect(answers == asked.map { known.contains($0) })
  }

  @Test(arguments: [1, 15, 16, 17, 255, 256, 4_095, 65_535, 65_536, 65_537, 140_000])
  func `holds any number of fingerprints`(count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    let runs = try Runs()
    let rows = (0..<count).map { _ in Shape.uniform.draw(.max, &random) }
    let run = try runs.write(rows, memory: 1 << 24)
    let set = try runs.open([run])
    #expect(set.count == Int64(Set(rows).count))
    #expect(try set.contains(rows.span) == rows.map { _ in true })
  }
}

extension `A run` {
  /// More than one thread sorts.
  @Test(arguments: Shape.allCases)
  func `of many fingerprints is in order, whichever they are`(shape: Shape) throws {
    var random = SeededGenerator(seed: 7)
    let runs = try Runs()
    let rows = (0..<300_000).map { _ in shape.draw(.max, &random) }
    let whole = try runs.write(rows, memory: 1 << 24)
    // Spilled, merged and sorted by one thread.
    let parts = try runs.write(rows, memory: 1 << 20)
    #expect(whole.sha256 == parts.sha256)
    #expect(whole.count == Int64(Set(rows).count))
    #expect(try runs.open([whole]).contains(rows.span).allSatisfy { $0 })
  }
}

@Suite struct `A merge` {
  @Test(arguments: Shape.allCases, 1...3)
  func `gives the union`(shape: Shape, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let runs = try Runs()
    var stored: [StoredRun] = []
    var union: Set<Fingerprint> = []
    for size in [1, 20_000, 7, 33_000, 16_384] {
      let rows = (0..<size).map { _ in shape.draw(60_000, &random) }
      stored.append(try runs.write(rows, memory: 1 << 22))
      union.formUnion(rows)
    }
    let set = try runs.open(stored)
    let merged = try set.merged(1..<4)
    let next = try set.replacing(1..<4, with: merged)
    #expect(next.runs.map(\.name) == [stored[0].name, merged.name, stored[4].name])
    let all = try next.merged(0..<3)
    #expect(all.count == Int64(union.count))
    #expect(all.sha256 == (try runs.write(Array(union), memory: 1 << 24)).sha256)
    #expect(try runs.open([all]).count == Int64(union.count))
    #expect(try next.replacing(0..<2, with: nil).runs == [stored[4]])
  }

  @Test(arguments: [64, 65, 200])
  func `of many runs at once gives the union in order`(count: Int) throws {
    var random = SeededGenerator(seed: UInt64(count))
    let runs = try Runs()
    let rows = (0..<count).map { _ in (0..<20).map { _ in Shape.uniform.draw(.max, &random) } }
    let merged = try runs.open(try rows.map { try runs.write($0) }).merged(0..<count)
    // Each byte is looked at, and the order of all.
    let set = try runs.open([merged])
    #expect(set.count == Int64(20 * count))
    #expect(try set.contains(Array(rows.joined()).span).allSatisfy(\.self))
  }

  @Test func `of a damaged run is refused, and leaves nothing behind`() throws {
    var random = SeededGenerator(seed: 9)
    let runs = try Runs()
    let rows = (0..<300).map { _ in Shape.uniform.draw(.max, &random) }
    let stored = [try runs.write(Array(rows[..<150])), try runs.write(Array(rows[150...]))]
    let path = "\(runs.scratch.path)/\(stored[0].name)"
    let whole = try runs.scratch.bytes(stored[0].name)
    for offset in [128, 135, 1_000, 128 + 149 * 16 + 15] {
      var bytes = whole
      bytes[offset] ^= 0x10
      try runs.scratch.write(stored[0].name, bytes)
      let set = try runs.open(stored, check: .header)
      let error = #expect(throws: IdentityError.self) { try set.merged(0..<2) }
      #expect(error?.code == "run-damaged", "byte \(offset)")
      #expect(Set(runs.scratch.files()) == Set(stored.map(\.name)))
    }
    #expect(FileManager.default.fileExists(atPath: path))
  }

  @Test(arguments: 1...20)
  func `is due seldom, and keeps the runs few`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var counts: [Int64] = []
    var written: Int64 = 0
    var rewritten: Int64 = 0
    for _ in 0..<2_000 {
      let count = Int64.random(in: 1...1_000, using: &random)
      written += count
      counts.append(count)
      while let range = MergePolicy.range(of: counts, atMost: 8) {
        #expect(range.count >= 2)
        #expect(range.upperBound == counts.count)
        let sum = counts[range].reduce(0, +)
        rewritten += sum
        counts.replaceSubrange(range, with: [sum])
      }
      #expect(counts.count <= 8)
    }
    #expect(counts.reduce(0, +) == written)
    // Each merge triples what a fingerprint stands among, or joins the two newest of eight tiers.
    #expect(rewritten < 16 * written, "each fingerprint was written \(rewritten / written) times")
  }
}
