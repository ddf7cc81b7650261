import Files
import Foundation
import Identity
import Records
import TestKit
import Testing

/// A folder of runs for one test.
struct Runs {
  let scratch: ScratchFolder
  let folder: RunFolder

  init() throws {
    scratch = try ScratchFolder()
    folder = RunFolder(try Directory(path: Array(scratch.path.utf8)))
  }

  func open(_ runs: [StoredRun], check: IdentitySet.Check = .everything) throws -> IdentitySet {
    try IdentitySet(runs, in: folder, check: check)
  }

  /// A run of those fingerprints, written by a session of its own.
  func write(_ fingerprints: [Fingerprint], memory: Int = 1 << 20) throws -> StoredRun {
    let session = try open([]).session(memory: IdentityMemory(new: memory))
    try session.admit(fingerprints)
    return try #require(try session.finish())
  }
}

extension IdentitySession {
  /// The answers for fingerprints that come as an array.
  @discardableResult
  func admit(_ fingerprints: [Fingerprint]) throws -> [Bool] {
    var isNew: [Bool] = []
    let count = try admit(fingerprints.span, isNew: &isNew)
    #expect(count == isNew.count { $0 })
    return isNew
  }
}

/// Ways to draw fingerprints: as the hash gives them, and as it never would.
enum Shape: CaseIterable {
  case uniform
  case equalHighs
  case equalLows
  case small

  func draw(_ universe: UInt64, _ random: inout SeededGenerator) -> Fingerprint {
    let number = UInt64.random(in: 0..<universe, using: &random)
    var mixer = SeededGenerator(seed: number)
    switch self {
    case .uniform: return Fingerprint(high: mixer.next(), low: mixer.next())
    case .equalHighs:
      return Fingerprint(high: [0, 1 << 40, .max][Int(number % 3)], low: mixer.next())
    case .equalLows:
      return Fingerprint(high: mixer.next(), low: [0, 1, .max][Int(number % 3)])
    // The key of all zeros and its neighbours.
    case .small: return Fingerprint(high: number & 1, low: number >> 1)
    }
  }
}
