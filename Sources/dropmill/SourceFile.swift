import Files

/// A file named on the command line, open for reading; `-` is standard input.
struct SourceFile: ~Copyable {
  /// What to call it in messages.
  let shownName: String
  /// Its raw name.
  let name: [UInt8]
  /// The file; regular, so that it can be read more than once.
  let file: File

  /// Opens the file at `path`; what comes through a pipe is first kept in a file without a name.
  init(path: String, in folder: LatestFolder = LatestFolder()) throws(FileError) {
    shownName = path == "-" ? "standard input" : Talk.printable(path)
    if path == "-" {
      name = Array("stdin".utf8)
      file = try Self.kept(File.standardInput())
      return
    }
    let place = PathParts(path)
    name = place.name
    let opened = try folder.read(place)
    file = try opened.facts().kind == .regular ? opened : Self.kept(opened)
  }

  private static func kept(_ source: consuming File) throws(FileError) -> File {
    let copy = try Directory(path: Environment.temporaryFolder).createUnnamed()
    while true {
      let piece = try source.nextBytes(upTo: 1 << 18)
      if piece.isEmpty { return copy }
      try copy.write(piece)
    }
  }
}

/// The folder of the file before, still open: most files of a command lie in one.
final class LatestFolder {
  private final class Open {
    let path: [UInt8]
    let directory: Directory

    init(_ path: [UInt8]) throws(FileError) {
      self.path = path
      directory = try Directory(path: path)
    }
  }

  private var latest: Open?

  /// Opens a file to read it, wherever a link of that name leads.
  func read(_ place: PathParts) throws(FileError) -> File {
    if let latest, latest.path == place.folder { return try latest.directory.readNamed(place.name) }
    let folder = try Open(place.folder)
    latest = folder
    return try folder.directory.readNamed(place.name)
  }
}
