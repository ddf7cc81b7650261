import Canonical
import Conversion
import Records

/// Takes an original's records apart: those of people who are erased, and the others.
final class SubjectSink: RecordSink {
  /// Records of the people.
  private(set) var found: Int64 = 0
  /// Lines of the people's records, each ended by an LF.
  private(set) var foundLines: [UInt8] = []
  /// What repairs have made of fields in which one of the people stood alone.
  private(set) var joined: Set<[UInt8]> = []
  /// Rejected records of others.
  private(set) var rejects = RejectTable()

  private let finder: SubjectFinder
  private let keepsLines: Bool
  private let write: (RawSpan) throws -> Void
  private let empty: () throws -> Void
  private var isFound: [Bool] = []

  /// One that writes the lines of others; `empty` takes back what was written.
  init(
    _ finder: SubjectFinder,
    keepsLines: Bool = false,
    write: @escaping (RawSpan) throws -> Void = { _ in },
    empty: @escaping () throws -> Void = {}
  ) {
    self.finder = finder
    self.keepsLines = keepsLines
    self.write = write
    self.empty = empty
  }

  func restart() throws {
    found = 0
    foundLines = []
    joined = []
    rejects = RejectTable()
    try empty()
  }

  func accept(_ block: CanonicalBlock) throws {
    let count = finder.find(in: block, isFound: &isFound)
    if count > 0 {
      if keepsLines {
        foundLines += block.lines(where: isFound)
        for repair in block.repairs { joined.formUnion(finder.joined(in: repair)) }
      }
      block.remove(where: isFound)
    }
    let named = block.removeRejects { finder.isNamed(in: $0.fields) }
    found += Int64(count + named)
    rejects.add(block.rejects)
    try block.withLines(write)
  }
}

extension CanonicalBlock {
  fileprivate func lines(where isWanted: [Bool]) -> [UInt8] {
    var all: [UInt8] = []
    append(to: &all)
    return ends.indices.filter { isWanted[$0] }.flatMap { record in
      all[(record == 0 ? 0 : Int(ends[record - 1]))..<Int(ends[record])]
    }
  }
}
