import Files
import Identity
import Records

/// The records of all files so far, by their fingerprints: exact, and in bounded memory.
final class EarlierRecords {
  private let session: IdentitySession
  private var isNew: [Bool] = []
  /// Records that came before, in all files and in those before the one under way.
  private(set) var count = 0
  private var countBefore = 0

  /// No records; what memory can't hold goes to files without names in `folder`.
  init(folder: [UInt8], memory: IdentityMemory) throws {
    let runs = RunFolder(try Directory(path: folder))
    session = try IdentitySet([], in: runs).session(memory: memory)
  }

  /// The next file begins.
  func begin() {
    session.mark()
    countBefore = count
  }

  /// Forgets the file under way.
  func restart() {
    session.restart()
    count = countBefore
  }

  /// Where the lines that are new lie; `ends` says where each line ends.
  func fresh(_ fingerprints: [Fingerprint], ends: [UInt32]) throws -> [Range<Int>] {
    if fingerprints.isEmpty { return [] }
    let fresh = try session.admit(fingerprints.span, isNew: &isNew)
    count += fingerprints.count - fresh
    var ranges: [Range<Int>] = []
    var record = 0
    while record < ends.count {
      let first = record
      while record < ends.count, isNew[record] { record += 1 }
      if record > first {
        ranges.append((first == 0 ? 0 : Int(ends[first - 1]))..<Int(ends[record - 1]))
      }
      record += 1
    }
    return ranges
  }
}
