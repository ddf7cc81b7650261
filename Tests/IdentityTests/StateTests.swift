import Files
import Identity
import Records
import TestKit
import Testing

@Suite struct `States of keys` {
  /// Drops in groups, some thrown away, commits and merges: each answer is that of a dictionary.
  @Test(arguments: 1...8)
  func `answer as a plain dictionary would`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let runs = try Runs()
    let memory = IdentityMemory(new: seed.isMultiple(of: 2) ? 40_000 : 1 << 24, mapped: 1 << 16)
    var set = try runs.open([])
    var committed: [Fingerprint: Fingerprint] = [:]
    for _ in 0..<5 {
      let session = try StateSession(set, memory: memory)
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        session.mark()
        var current = committed
        for _ in 0..<Int.random(in: 0...4, using: &random) {
          let count = Int.random(in: 0...1_500, using: &random)
          let keys = (0..<count).map { _ in Shape.uniform.draw(3_000, &random) }
          let records = (0..<count).map { _ in Shape.uniform.draw(3, &random) }
          let expected = zip(keys, records).map { current.updateValue($1, forKey: $0) != $1 }
          var answers: [Bool] = []
          let fresh = try session.admit(keys: keys.span, records: records.span, isNew: &answers)
          #expect(answers == expected)
          #expect(fresh == expected.count { $0 })
        }
        if Bool.random(using: &random) { session.restart() } else { committed = current }
      }
      if let run = try session.finish() { set = try set.adding(run) }
      if let range = set.mergeDue(atMost: 2) {
        set = try set.replacing(range, with: set.merged(range))
      }
      set = try IdentitySet(set.runs, in: runs.folder, check: .everything, small: 0)
    }
  }

  @Test(arguments: [400_000, 50])
  func `number the equals of a drop, however many counts are kept`(mostCounts: Int) throws {
    var random = SeededGenerator(seed: 3)
    let runs = try Runs()
    var set = try runs.open([])
    var written: [Fingerprint: Int] = [:]
    for _ in 0..<4 {
      let session = try OccurrenceSession(
        set,
        memory: IdentityMemory(new: 60_000, mapped: 0),
        mostCounts: mostCounts
      )
      for _ in 0..<3 {
        session.mark()
        var counts: [Fingerprint: Int] = [:]
        for _ in 0..<4 {
          let rows = (0..<1_000).map { _ in Shape.uniform.draw(900, &random) }
          let expected = rows.map { row in
            counts[row, default: 0] += 1
            return counts[row, default: 0] > written[row, default: 0]
          }
          var answers: [Bool] = []
          _ = try session.admit(rows.span, isNew: &answers)
          #expect(answers == expected)
        }
        if Bool.random(using: &random) {
          session.restart()
        } else {
          written.merge(counts) { max($0, $1) }
        }
      }
      if let run = try session.finish() { set = try set.adding(run) }
    }
  }

  /// Snapshots of changing size under little memory: what is new and what is gone, with its text.
  @Test(arguments: 1...4)
  func `of a snapshot are what the latest drop held`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let runs = try Runs()
    let memory = IdentityMemory(new: seed.isMultiple(of: 2) ? 80_000 : 1 << 24, mapped: 1 << 16)
    var stored: StoredRun?
    var state: [Fingerprint: Fingerprint] = [:]
    for _ in 0..<6 {
      let session = try SnapshotSession(stored, in: runs.folder, memory: memory)
      for _ in 0..<2 {
        try session.restart()
        var drop: [Fingerprint: Fingerprint] = [:]
        let keys = (0..<Int.random(in: 0...3_000, using: &random)).map { _ in
          Shape.uniform.draw(2_500, &random)
        }
        let records = keys.map { _ in Shape.uniform.draw(4, &random) }
        let expected = zip(keys, records).map { key, record in
          let before = drop[key] ?? state[key]
          drop[key] = record
          return before != record
        }
        let lines = keys.map { "\($0.low)\n" }
        var end: UInt32 = 0
        let ends = lines.map { line in
          end += UInt32(line.utf8.count)
          return end
        }
        var answers: [Bool] = []
        let text = Array(lines.joined().utf8)
        _ = unsafe try session.admit(
          keys: keys.span,
          records: records.span,
          lines: text.span.bytes,
          ends: ends,
          isNew: &answers
        )
        #expect(answers == expected)
        let comparison = try session.compare()
        let gone = state.keys.filter { drop[$0] == nil }
        #expect(comparison.vanished == Int64(gone.count))
        #expect(comparison.stateCount == Int64(state.count))
        var told: [String] = []
        try comparison.forEachVanished { line in
          told.append(unsafe line.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) })
        }
        #expect(told.sorted() == gone.map { "\($0.low)\n" }.sorted())
        let keeping = Bool.random(using: &random)
        try session.adopt(comparison, keepingVanished: keeping)
        state = keeping ? state.merging(drop) { $1 } : drop
      }
      if let (next, replaced) = session.finish() {
        if let replaced { try runs.folder.remove([replaced.name]) }
        stored = next
      }
      #expect(runs.scratch.files().count == (stored == nil ? 0 : 1))
      if let stored { _ = try runs.open([stored]) }
    }
  }
}
