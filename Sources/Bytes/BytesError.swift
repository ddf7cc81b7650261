/// Why a drop's bytes could not be had; wording in `BytesError+Message.swift`.
public enum BytesError: Error, Sendable, Hashable {
  /// The kernel refused a read at that offset.
  case unreadable(offset: UInt64, errno: Int32)
  /// The compressed stream ends before its trailer.
  case compressedTruncated(offset: UInt64)
  /// The compressed stream is damaged: bad header, bad block, checksum or length that differ.
  case compressedDamaged(offset: UInt64, found: String)
  /// It inflates to more than the limit allows for its size.
  case inflatesTooFar(compressed: UInt64, inflated: UInt64)
  /// An archive holds no file, or several; `names` are the first of them, raw.
  case notOneFile(names: [[UInt8]], count: Int)
  /// Bytes that the encoding cannot hold.
  case notInEncoding(encoding: String, offset: UInt64)
  /// The encoding is not known to the system.
  case unknownEncoding(String)
}
