import Canonical
import Conversion
import Files
import Glibc
import Records

/// Where `convert` puts its lines: nothing is seen of a file before all of it is proven.
///
/// Lines are held in memory while they are few, then in a file that nobody sees. Where they are to
/// go to a file, that file gets its name at the end, whole.
final class ConvertOutput: RecordSink {
  /// Records of the file under way that could not be converted; comes with each block.
  private(set) var rejects: [Reject] = []

  private static let heldBytes = 4 << 20
  private var held: [UInt8] = []
  private var spilled: SpilledLines?
  private var start: Int64 = 0
  private var end: Int64 = 0
  private let folder: [UInt8]
  private let name: [UInt8]?

  /// Output to the file at `path`, or to standard output.
  init(path: String?) {
    guard let path else {
      folder = Environment.temporaryFolder
      name = nil
      return
    }
    let place = PathParts(path)
    folder = place.folder
    name = place.name
  }

  /// The next file begins: what came before stays.
  func begin() {
    start = end
    rejects = []
  }

  /// Forgets what the file under way has given.
  func restart() throws {
    rejects = []
    end = start
    if let spilled {
      try spilled.file.resize(to: start)
    } else {
      held.removeLast(held.count - Int(start))
    }
  }

  /// Takes the next block's lines.
  func accept(_ block: CanonicalBlock) throws {
    rejects += block.rejects
    if spilled == nil, held.count + block.byteCount > Self.heldBytes {
      spilled = try SpilledLines(folder: folder, name: name, holding: held)
      held = []
    }
    if let spilled {
      try block.withLines { try spilled.file.write($0) }
    } else {
      block.append(to: &held)
    }
    end += Int64(block.byteCount)
  }

  /// All is proven: the lines go where they belong.
  func finish() throws {
    guard let name else {
      let output = try File.standardOutput()
      if let spilled { try spilled.copy(to: output) } else { try output.write(held) }
      return
    }
    let spilled = try self.spilled ?? SpilledLines(folder: folder, name: name, holding: held)
    try spilled.takeName(name)
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
  init(folder path: [UInt8], name: [UInt8]?, holding lines: [UInt8]) throws {
    let folder = try Directory(path: path)
    partialName = name.map { Array(".".utf8) + $0 + Array(".\(getpid()).partial".utf8) }
    if let partialName {
      file = try folder.create(partialName)
    } else {
      file = try folder.createUnnamed()
    }
    self.folder = folder
    try file.write(lines)
  }

  func takeName(_ name: [UInt8]) throws {
    guard let partialName else { return }
    try folder.rename(partialName, to: folder, as: name, replacing: true)
  }

  func remove() throws {
    if let partialName { try folder.remove(partialName) }
  }

  func copy(to output: borrowing File) throws {
    var offset: Int64 = 0
    while true {
      let piece = try file.someBytes(at: offset, upTo: 1 << 18)
      if piece.isEmpty { return }
      try output.write(piece)
      offset += Int64(piece.count)
    }
  }
}
