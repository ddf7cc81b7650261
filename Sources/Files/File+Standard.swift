internal import CLinux
import Glibc

extension File {
  /// The process's standard input, by a descriptor of its own.
  public static func standardInput() throws(FileError) -> File { try standard(0, "standard input") }

  /// The process's standard output, by a descriptor of its own.
  public static func standardOutput() throws(FileError) -> File {
    try standard(1, "standard output")
  }

  /// Columns of the terminal that standard output is; nil where it is none.
  ///
  /// The corresponding C call is `ioctl` with `TIOCGWINSZ`.
  public static var terminalWidth: Int? {
    let width = Int(clinux_terminal_width(1))
    return width > 0 ? width : nil
  }

  /// The process's standard error, by a descriptor of its own.
  public static func standardError() throws(FileError) -> File { try standard(2, "standard error") }

  private static func standard(_ raw: Int32, _ name: String) throws(FileError) -> File {
    let name = Array(name.utf8)
    let own = try checked(clinux_duplicate(raw), .open, name)
    return File(name: name, descriptor: Descriptor(taking: own))
  }
}

extension File {
  /// Opens what stands at a path the operator chose, to write over it in place: a device, a pipe, or
  /// what a link leads to.
  ///
  /// Waits for the reader of a pipe; a file that a link leads to is emptied ("man 2 open").
  public static func overwriting(path: [UInt8]) throws(FileError) -> File {
    let flags = CLINUX_WRITE | CLINUX_CREATE | CLINUX_TRUNCATE | CLINUX_FOLLOW | CLINUX_WAIT
    return File(
      name: path,
      descriptor: try openAt(clinux_here, path, flags, 0o644, .open, path)
    )
  }

  /// Reads what comes next where the file's position stands; empty at the end.
  public borrowing func nextBytes(upTo count: Int) throws(FileError) -> [UInt8] {
    var result = 0
    // Safe: the kernel writes at most `count` bytes into the array's storage.
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      result = unsafe clinux_read(raw, buffer.baseAddress, count)
      initialized = max(0, result)
    }
    try checked(result, .read, name)
    return bytes
  }
}

/// What the environment says under that name; nil where it says nothing.
public func environmentValue(_ name: String) -> String? {
  // Safe: the text is copied before the environment can change.
  unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// What the environment says under names that begin so.
public func environmentValues(withPrefix prefix: String) -> [String: String] {
  var values: [String: String] = [:]
  var index = 0
  // Safe: entries are asked for up to the one past the last, and each is copied.
  while let entry = unsafe clinux_environment_entry(index) {
    index += 1
    guard unsafe strncmp(entry, prefix, prefix.utf8.count) == 0 else { continue }
    let parts = unsafe String(cString: entry).split(
      separator: "=",
      maxSplits: 1,
      omittingEmptySubsequences: false
    )
    if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
  }
  return values
}
