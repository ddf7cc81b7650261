import Bytes
import Files

/// Lines in a file without a name: written one after the other, read anywhere once all are written.
final class TextFile {
  private let file: File
  private let buffer = ByteBuffer(capacity: TextFile.block + 4_096)
  private var written: Int64 = 0
  private var hasher = SHA256Hasher()

  /// Bytes of a write or read.
  private static let block = 1 << 20

  init(in folder: RunFolder) throws(IdentityError) {
    file = try folder.createUnnamed()
  }

  /// Bytes appended.
  var size: Int64 { written + Int64(buffer.count) }

  /// Appends bytes.
  func append(_ bytes: UnsafeRawBufferPointer) throws(IdentityError) {
    guard let start = bytes.baseAddress else { return }
    // Safe: the bytes are copied.
    unsafe buffer.append(start.assumingMemoryBound(to: UInt8.self), bytes.count)
    if buffer.count >= Self.block { try flush() }
  }

  /// The lines as memory.
  func map() throws(IdentityError) -> MappedFile {
    try flush()
    do throws(FileError) {
      return try MappedFile(file)
    } catch {
      throw .files(error)
    }
  }

  /// The first 24 bytes of the SHA-256 of all that was appended; once, at the end.
  func finish() throws(IdentityError) -> [UInt8] {
    try flush()
    return Array(hasher.finish().prefix(24))
  }

  /// Copies all of it into another file.
  func copy(to other: borrowing File, at offset: Int64) throws(FileError) {
    let room = Block<UInt8>(count: Self.block, of: 0)
    var done: Int64 = 0
    while true {
      // Safe: the block is as long as what is read into it.
      let count = unsafe try file.read(into: UnsafeMutableRawBufferPointer(room.buffer), at: done)
      if count == 0 { return }
      unsafe try other.write(room.bytes(ofFirst: count), at: offset + done)
      done += Int64(count)
    }
  }

  private func flush() throws(IdentityError) {
    guard buffer.count > 0 else { return }
    let bytes = unsafe UnsafeRawBufferPointer(buffer.bytes)
    unsafe hasher.update(bytes)
    try filed { () throws(FileError) in unsafe try file.write(bytes) }
    written += Int64(bytes.count)
    buffer.count = 0
  }
}
