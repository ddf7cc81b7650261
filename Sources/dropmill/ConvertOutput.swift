import Bytes
import Canonical
import Conversion
import Files
import Glibc
import Identity
import Records

/// Where `convert` puts its lines: nothing is seen of a file before all of it is proven.
///
/// Lines are held in memory while they are few, then in a file that nobody sees. Where they are to
/// go to a file, that file gets its name at the end, whole.
final class ConvertOutput: FileSink {
  private(set) var rejects: [Reject] = []
  /// The secret of the fingerprints that records are told apart by; nil where repeats stay.
  let key: FingerprintKey?
  /// Records left out because they came before.
  var repeats: Int { earlier?.count ?? 0 }

  private static let heldBytes = 4 << 20
  /// What is larger goes to the file as it is.
  private static let pieceBytes = 1 << 17
  /// Lines that are not in the file yet.
  private let held = ByteBuffer(capacity: 1 << 16)
  private var spilled: SpilledLines?
  /// Bytes in the file.
  private var spilledBytes: Int64 = 0
  /// Bytes of all files before the one under way.
  private var start: Int64 = 0
  private var earlier: EarlierRecords?
  private let folder: [UInt8]
  private let name: [UInt8]?
  /// What is written in place at the end, since it is no file that could be replaced.
  private let device: [UInt8]?
  /// The table that the lines become at the end, where they are to be one.
  private var table: CSVTable?

  /// Output to what stands or is to stand at `path`, or to standard output; as lines, or as a table.
  ///
  /// Repeats are left out with `earlierRecords` for what came before; nil: they stay.
  init(path: String?, earlierRecords: IdentityMemory?, isTable: Bool) throws {
    table = isTable ? CSVTable() : nil
    if let earlierRecords {
      earlier = try EarlierRecords(folder: Environment.temporaryFolder, memory: earlierRecords)
      key = FingerprintKey(bytes: try Randomness.system.bytes(32))
    } else {
      key = nil
    }
    let place = path.map { PathParts($0) }
    let isReplaceable = try place.map(Self.isReplaceable) ?? false
    device = isReplaceable ? nil : path.map { Array($0.utf8) }
    folder = isReplaceable ? place?.folder ?? [] : Environment.temporaryFolder
    name = isReplaceable ? place?.name : nil
  }

  /// Whether a whole file may take that name: nothing has it, or a file.
  ///
  /// A device, a pipe or a link stays what it is.
  private static func isReplaceable(_ place: PathParts) throws(FileError) -> Bool {
    switch try Directory(path: place.folder).factsIfThere(place.name)?.kind {
    case nil, .regular, .directory: true
    case .symbolicLink, .other: false
    }
  }

  /// The table of the lines in `lines`, in their place.
  private init(inPlaceOf lines: ConvertOutput) {
    (folder, name, device, key) = (lines.folder, lines.name, lines.device, nil)
  }

  /// The next file begins: what came before stays.
  func begin() {
    start = end
    rejects = []
    earlier?.begin()
  }

  /// Bytes of all lines so far.
  private var end: Int64 { spilledBytes + Int64(held.count) }

  /// Forgets what the file under way has given.
  func restart() throws {
    rejects = []
    earlier?.restart()
    if start < spilledBytes {
      held.count = 0
      try spilled?.file.resize(to: start)
      spilledBytes = start
    } else {
      held.count = Int(start - spilledBytes)
    }
  }

  /// Takes the next block's lines.
  func accept(_ block: CanonicalBlock) throws {
    rejects += block.rejects
    if let earlier {
      let fresh = try earlier.fresh(block.fingerprints, ends: block.ends)
      try block.withLines { try append(fresh, of: $0) }
    } else {
      try block.withLines { try append($0) }
    }
  }

  /// Takes a file that was converted ahead.
  func accept(_ file: HeldFile) throws {
    if let earlier {
      let fresh = try earlier.fresh(file.fingerprints, ends: file.ends)
      try file.lines.withSpan(0..<file.lines.count) { try append(fresh, of: $0) }
    } else {
      try file.lines.withSpan(0..<file.lines.count) { try append($0) }
    }
  }

  private func append(_ lines: RawSpan) throws {
    try append([0..<lines.byteCount], of: lines)
  }

  private func append(_ ranges: [Range<Int>], of lines: RawSpan) throws {
    let count = ranges.reduce(0) { $0 + $1.count }
    let limit = spilled == nil ? Self.heldBytes : Self.pieceBytes
    let overflows = held.count + count > limit
    if overflows { try spill() }
    if overflows, count > Self.pieceBytes, File.gathers(ranges, of: count) {
      try spilled?.file.write(ranges, of: lines)
      spilledBytes += Int64(count)
    } else {
      for range in ranges { held.append(lines.extracting(range)) }
    }
  }

  /// Brings what is held into the file.
  private func spill() throws {
    let spilled = try self.spilled ?? SpilledLines(folder: folder, name: name)
    self.spilled = spilled
    try held.withSpan(0..<held.count) { try spilled.file.write($0) }
    spilledBytes += Int64(held.count)
    held.count = 0
  }

  /// A file is whole: its columns belong to the table, as the source spells them or by their names.
  func end(_ outcome: FileOutcome, spelled: Bool) {
    table?.add(names: outcome.names, titles: spelled ? outcome.titles : outcome.names)
  }

  /// All is proven: the lines go where they belong.
  func finish() throws {
    if let table { return try finish(as: table) }
    guard let name else {
      let output =
        try device.map { (path) throws(FileError) in try File.overwriting(path: path) }
        ?? File.standardOutput()
      if spilled != nil { try spill() }
      if let spilled { return try spilled.forEachPiece { try output.write($0) } }
      return try held.withSpan(0..<held.count) { try output.write($0) }
    }
    try spill()
    try spilled?.takeName(name)
  }

  /// Writes the table in the lines' place.
  private func finish(as table: CSVTable) throws {
    try spill()
    // The table's file takes the name of the lines'.
    try spilled?.remove()
    let output = ConvertOutput(inPlaceOf: self)
    do {
      try output.append(table.header)
      var rows = CSVTable.RowWriter(table)
      var rest: [UInt8] = []
      try spilled?.forEachPiece { piece in
        rest += piece
        guard let last = rest.lastIndex(of: 0x0A) else { return }
        var text: [UInt8] = []
        for line in rest[...last].split(separator: 0x0A) { rows.append(line, to: &text) }
        rest.removeFirst(last + 1)
        try output.append(text)
      }
      try output.finish()
    } catch {
      try? output.discard()
      throw error
    }
  }

  private func append(_ text: [UInt8]) throws {
    let piece = ByteBuffer(capacity: text.count)
    piece.append(contentsOf: text)
    try piece.withSpan(0..<piece.count) { try append($0) }
  }

  /// Nothing is kept.
  func discard() throws {
    try spilled?.remove()
  }
}

/// Lines on disk that nobody sees yet.
private final class SpilledLines {
  let file: File
  private let folder: Directory
  private let partialName: [UInt8]?

  /// A file without a name where the lines go to standard output, else one with a temporary name.
  init(folder path: [UInt8], name: [UInt8]?) throws {
    let folder = try Directory(path: path)
    partialName = name.map { Array(".".utf8) + $0 + Array(".\(getpid()).partial".utf8) }
    if let partialName {
      file = try folder.create(partialName)
    } else {
      file = try folder.createUnnamed()
    }
    self.folder = folder
  }

  func takeName(_ name: [UInt8]) throws {
    guard let partialName else { return }
    try folder.rename(partialName, to: folder, as: name, replacing: true)
  }

  func remove() throws {
    if let partialName { try folder.remove(partialName) }
  }

  func forEachPiece(_ take: ([UInt8]) throws -> Void) throws {
    var offset: Int64 = 0
    while true {
      let piece = try file.someBytes(at: offset, upTo: 1 << 18)
      if piece.isEmpty { return }
      try take(piece)
      offset += Int64(piece.count)
    }
  }
}
