import Identity
import Records
import TestKit
import Testing

@Suite struct `A session` {
  /// Drops in groups, some thrown away, commits, merges, reopenings: each answer is the oracle's.
  @Test(arguments: Shape.allCases, 1...6)
  func `answers as a plain set would`(shape: Shape, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let runs = try Runs()
    let memory = IdentityMemory(
      new: seed.isMultiple(of: 2) ? 24_576 : 1 << 24,
      mapped: seed.isMultiple(of: 3) ? 0 : 1 << 20
    )
    let universe: UInt64 = 20_000
    var set = try runs.open([])
    var committed: Set<Fingerprint> = []
    for _ in 0..<6 {
      let session = try set.session(memory: memory)
      var kept: Set<Fingerprint> = []
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        session.mark()
        var current: Set<Fingerprint> = []
        for _ in 0..<Int.random(in: 0...5, using: &random) {
          let rows = (0..<Int.random(in: 0...1_500, using: &random)).map { _ in
            shape.draw(universe, &random)
          }
          let expected = rows.map { row in
            !committed.contains(row) && !kept.contains(row) && current.insert(row).inserted
          }
          let answers = try session.admit(rows)
          #expect(answers == expected)
          guard answers == expected else { return }
        }
        if Bool.random(using: &random) {
          session.restart()
        } else {
          kept.formUnion(current)
        }
        // A mark or a restart decides which count; both sides agree at any moment after one.
        session.mark()
        #expect(session.count == kept.count)
      }
      let run = try session.finish()
      #expect(run?.count ?? 0 == Int64(kept.count))
      committed.formUnion(kept)
      if let run { set = try set.adding(run) }
      if let range = set.mergeDue(atMost: 3) {
        let merged = try set.merged(range)
        let old = set.runs[range].map(\.name)
        set = try set.replacing(range, with: merged)
        try runs.folder.remove(old)
      }
      #expect(set.count == Int64(committed.count))
      set = try IdentitySet(set.runs, in: runs.folder, check: .everything, small: 0)
      #expect(Set(runs.scratch.files()) == Set(set.runs.map(\.name)))
    }
  }

  @Test(arguments: Shape.allCases)
  func `writes the same run for the same set, in whatever order and memory`(shape: Shape) throws {
    var random = SeededGenerator(seed: 7)
    let runs = try Runs()
    let rows = (0..<9_000).map { _ in shape.draw(1 << 40, &random) }
    let first = try runs.write(rows)
    let second = try runs.write(rows.reversed() + rows, memory: 1)
    #expect(first.sha256 == second.sha256)
    #expect(first.count == Int64(Set(rows).count))
    #expect(first.name != second.name)
  }

  @Test func `knows the key of all zeros, and that it comes again`() throws {
    let runs = try Runs()
    let zero = Fingerprint(high: 0, low: 0)
    let greatest = Fingerprint(high: .max, low: .max)
    let session = try runs.open([]).session()
    #expect(try session.admit([zero, greatest, zero]) == [true, true, false])
    let run = try #require(try session.finish())
    let set = try runs.open([run])
    #expect(
      try set.contains([zero, greatest, Fingerprint(high: 0, low: 1)].span) == [true, true, false]
    )
  }

  @Test func `with nothing new leaves no run`() throws {
    let runs = try Runs()
    let run = try runs.write([Fingerprint(high: 1, low: 2)])
    let session = try runs.open([run]).session()
    #expect(try session.admit([Fingerprint(high: 1, low: 2)]) == [false])
    #expect(try session.admit([]) == [])
    #expect(try session.finish() == nil)
    #expect(runs.scratch.files() == [run.name])
  }

  @Test func `spills to files without names, and each drop apart`() throws {
    var random = SeededGenerator(seed: 3)
    let runs = try Runs()
    let session = try runs.open([]).session(memory: IdentityMemory(new: 1))
    let first = (0..<2_000).map { _ in Shape.uniform.draw(.max, &random) }
    let second = (0..<2_000).map { _ in Shape.uniform.draw(.max, &random) }
    try session.admit(first)
    session.mark()
    try session.admit(second)
    #expect(runs.scratch.files() == [])
    #expect(session.count == 4_000)
    session.restart()
    #expect(session.count == 2_000)
    #expect(
      try session.admit(second + first) == second.map { _ in true } + first.map { _ in false }
    )
    #expect(try session.finish()?.count == 4_000)
  }

  @Test func `that could not spill is over`() throws {
    var random = SeededGenerator(seed: 6)
    let runs = try Runs()
    let session = try runs.open([]).session(memory: IdentityMemory(new: 1))
    let rows = (0..<2_000).map { _ in Shape.uniform.draw(.max, &random) }
    try session.admit(Array(rows[..<40]))
    session.mark()
    _ = try Command.run("rmdir", [runs.scratch.path])
    let error = #expect(throws: IdentityError.self) { try session.admit(rows) }
    session.restart()
    for call in [{ _ = try session.admit([rows[0]]) }, { _ = try session.finish() }] {
      let again = #expect(throws: IdentityError.self) { try call() }
      #expect(again == error)
    }
  }

  @Test func `sees the set as it was, whatever becomes of its files`() throws {
    var random = SeededGenerator(seed: 4)
    let runs = try Runs()
    let rows = (0..<3_000).map { _ in Shape.uniform.draw(.max, &random) }
    let run = try runs.write(rows)
    let set = try IdentitySet([run], in: runs.folder, check: .header, small: 0)
    let session = try set.session(memory: IdentityMemory(new: 1, mapped: 0))
    try runs.folder.remove([run.name])
    #expect(try session.admit(rows) == rows.map { _ in false })
  }
}
