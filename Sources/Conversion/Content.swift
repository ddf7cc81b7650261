import Bytes
import Detection
import Formats

/// A drop's content for one pass: without compression, hashed where asked for, decoded to UTF-8.
final class Content {
  /// Bytes of the file, as it lies there.
  let fileSize: Int

  private let packed: Uncompressed
  /// The sheet that is read, where the content is a workbook.
  let sheet: WorkbookSheet?
  private let stream: HeadStream
  private var hashing: HashingStream?

  /// Opens the content of the file at `descriptor`; `sheet` is the one that is stated of a workbook.
  init(
    descriptor: Int32,
    limits: InflateLimits,
    sheet statedSheet: String?
  ) throws(ConversionError) {
    // Most drops are small: room for a whole head is made only where there is one.
    var room = 1 << 14
    do throws(BytesError) {
      let file = FileStream(descriptor: descriptor)
      fileSize = file.fileSize
      // One more than there are, so that the end shows.
      if fileSize > 0 { room = min(room, fileSize + 1) }
      packed = try Uncompressed(
        of: file,
        file: descriptor,
        limits: limits,
        room: room
      )
    } catch {
      throw .bytes(error)
    }
    sheet = try WorkbookSheet(
      descriptor,
      head: packed.stream,
      stated: statedSheet,
      limits: limits
    )
    stream = sheet?.stream ?? packed.stream
    do throws(BytesError) {
      try stream.look(packed.compression == .none && sheet == nil ? room : 1 << 14)
      if !stream.isWhole { try stream.look(Converter.headBytes) }
    } catch {
      throw .bytes(error)
    }
    if packed.compression == .none, sheet == nil, stream.isWhole, unsafe stream.head.isEmpty {
      throw .format(.emptyFile)
    }
  }

  // Safe: the stream keeps its head as long as it lives, and this object keeps the stream.
  /// The first bytes, before anything was read.
  var head: UnsafeBufferPointer<UInt8> { unsafe stream.head }
  /// Whether `head` is all there is.
  var isWhole: Bool { stream.isWhole }
  /// How it is compressed.
  var compression: Compression { packed.compression }
  /// What is odd about the compression, once the end was read.
  var warnings: [InflateWarning] { packed.warnings }

  /// The text to read; taken once.
  ///
  /// With `marks`, what the encoding cannot hold becomes a byte that is not UTF-8.
  func text(
    _ findings: Findings,
    isHashed: Bool,
    marks: Bool
  ) throws(ConversionError) -> any ByteStream {
    // A file as it lies there is at hand as fast as another thread would hand it on.
    if packed.compression != .none || sheet != nil || isHashed { self.stream.readAhead() }
    var stream: any ByteStream = self.stream
    if isHashed {
      let hashing = HashingStream(over: stream)
      self.hashing = hashing
      stream = hashing
    }
    if findings.encoding == .utf8 {
      guard findings.bomLength > 0 else { return stream }
      return SkippingStream(over: stream, count: findings.bomLength)
    }
    do {
      return try DecodeStream(over: stream, encoding: findings.encoding, marks: marks)
    } catch {
      throw .bytes(error)
    }
  }

  /// What all of the content's bytes that are not ASCII stand in; the content is read to its end.
  func statistics() throws(ConversionError) -> ByteStatistics {
    var statistics = ByteStatistics()
    let block = ByteBuffer(capacity: 1 << 18)
    do throws(BytesError) {
      while true {
        // Safe: the stream fills at most the block's capacity.
        let room = unsafe UnsafeMutableBufferPointer(start: block.base, count: block.capacity)
        block.count = unsafe try stream.read(into: room)
        if block.count == 0 { return statistics }
        unsafe statistics.add(Array(block.bytes))
      }
    } catch {
      throw .bytes(error)
    }
  }

  /// How much of the content is in the encoding; it is read until that is settled.
  func census(in encoding: TextEncoding) throws(ConversionError) -> UTF8Census {
    var census = UTF8Census()
    let block = ByteBuffer(capacity: 1 << 18)
    do throws(BytesError) {
      var stream: any ByteStream = self.stream
      if encoding != .utf8 {
        stream = try DecodeStream(over: stream, encoding: encoding, marks: true)
      }
      while !census.isSettled {
        // Safe: the stream fills at most the block's capacity.
        let room = unsafe UnsafeMutableBufferPointer(start: block.base, count: block.capacity)
        block.count = unsafe try stream.read(into: room)
        if block.count == 0 { break }
        unsafe census.add(block.bytes)
      }
    } catch {
      throw .bytes(error)
    }
    census.finish()
    return census
  }

  /// SHA-256 and bytes of the content, read to its end for nothing else.
  func hashAll() throws(ConversionError) -> (sha256: [UInt8], bytes: UInt64) {
    let hashing = HashingStream(over: stream)
    let block = ByteBuffer(capacity: 1 << 18)
    do throws(BytesError) {
      // Safe: the stream fills at most the block's capacity.
      let room = unsafe UnsafeMutableBufferPointer(start: block.base, count: block.capacity)
      while unsafe try hashing.read(into: room) > 0 {}
    } catch {
      throw .bytes(error)
    }
    return (hashing.finish(), hashing.count)
  }

  /// SHA-256 and bytes of the content, where it was hashed and read to its end.
  func hash() -> (sha256: [UInt8], bytes: UInt64)? {
    hashing.map { ($0.finish(), $0.count) }
  }
}
