/// A path from the command line, taken apart.
struct PathParts {
  /// The folder; `.` where the path names none.
  let folder: [UInt8]
  /// The last part.
  let name: [UInt8]

  init(_ path: String) {
    let bytes = Array(path.utf8)
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else {
      folder = Array(".".utf8)
      name = bytes
      return
    }
    folder = slash == 0 ? [bytes[slash]] : Array(bytes[..<slash])
    name = Array(bytes[(slash + 1)...])
  }
}
