import Glibc

/// A writer on a slow line: a file grows in place, piece by piece.
public enum SlowWriter: Sendable {
  /// Why a file could not be written.
  public struct WriteError: Error {
    /// The file's path.
    public let path: String
    /// The system's error number.
    public let code: Int32
  }

  /// Writes the bytes in pieces with a pause after each, and closes the file at the end.
  ///
  /// - Parameters:
  ///   - bytes: What the file will hold.
  ///   - path: The file.
  ///   - piece: Bytes a piece.
  ///   - pauseMilliseconds: The writer's pace.
  /// - Throws: ``WriteError`` with the system's error number.
  public static func write(
    _ bytes: [UInt8],
    to path: String,
    piece: Int = 100,
    pauseMilliseconds: Int32 = 50
  ) throws(WriteError) {
    // Safe: the name is read during the call only.
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw WriteError(path: path, code: errno) }
    defer { close(file) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = Array(rest.prefix(piece))
      rest = rest.dropFirst(piece)
      // Safe: the array's own pointer and length, for this call only.
      let written = unsafe part.withUnsafeBytes { bytes in
        unsafe Glibc.write(file, bytes.baseAddress, bytes.count)
      }
      guard written == part.count else { throw WriteError(path: path, code: errno) }
      poll(nil, 0, pauseMilliseconds)
    }
  }
}
