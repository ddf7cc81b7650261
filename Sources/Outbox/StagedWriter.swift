public import Bytes
import Files

/// Writes the data file of a batch: large writes, hashed on the way, sent to the disk early.
///
/// Nothing of it exists for anybody before the ledger names it.
public final class StagedWriter {
  private let file: File
  private let buffer = ByteBuffer(capacity: StagedWriter.writeSize + 4_096)
  private var hasher = SHA256Hasher()
  private var written: Int64 = 0
  private var sentToDisk: Int64 = 0

  /// Bytes that go to the file in one call.
  static let writeSize = 1 << 20
  /// Bytes after which the disk is set to work, so that the sync at the end is short.
  static let writeback: Int64 = 8 << 20

  init(_ file: consuming File) {
    self.file = file
  }

  /// Bytes appended so far.
  public var byteCount: Int64 { written + Int64(buffer.count) }

  /// Appends some bytes of a buffer.
  public func append(_ lines: ByteBuffer, _ range: Range<Int>) throws(OutboxError) {
    if range.count < StagedWriter.writeSize / 4 {
      lines.withSpan(range) { buffer.append($0) }
      if buffer.count >= StagedWriter.writeSize { try flush() }
      return
    }
    try flush()
    try write(lines, range)
  }

  /// Makes the file empty again.
  public func restart() throws(OutboxError) {
    buffer.count = 0
    _ = hasher.finish()
    written = 0
    sentToDisk = 0
    try filed { () throws(FileError) in try file.resize(to: 0) }
  }

  /// Writes what is left and makes it last; gives the size and the hash.
  ///
  /// - Throws: ``OutboxError``; a failed sync is fatal.
  public func finish() throws(OutboxError) -> (size: Int64, sha256: [UInt8]) {
    try flush()
    try filed { () throws(FileError) in try file.sync() }
    return (written, hasher.finish())
  }
}

extension StagedWriter {
  private func flush() throws(OutboxError) {
    guard buffer.count > 0 else { return }
    try write(buffer, 0..<buffer.count)
    buffer.count = 0
  }

  private func write(_ bytes: ByteBuffer, _ range: Range<Int>) throws(OutboxError) {
    try bytes.withSpan(range) { (span) throws(OutboxError) in
      hasher.update(span)
      try filed { () throws(FileError) in try file.write(span) }
    }
    written += Int64(range.count)
    guard written - sentToDisk >= StagedWriter.writeback else { return }
    file.startWriteback(at: sentToDisk, count: written - sentToDisk)
    sentToDisk = written
  }
}

@available(*, unavailable)
extension StagedWriter: Sendable {}
