// Sendable because a stream has one owner at a time: the thread that pulls from it.
/// Another stream's text as UTF-8, without its byte-order mark.
public final class DecodeStream: ByteStream, @unchecked Sendable {
  private let source: any ByteStream
  private let encoding: TextEncoding
  private let decoder: any Decoder
  private let input = ByteBuffer(capacity: 1 << 16)
  private var inputStart = 0
  private let decoded = ByteBuffer(capacity: 1 << 17)
  private var decodedStart = 0
  private var sourceHasEnded = false
  private var hasBegun = false
  /// Offset in the source of the byte at `inputStart`.
  private var offset: UInt64 = 0

  /// Decodes `source`, all of it, from its first byte.
  ///
  /// With `replaces`, bytes that the encoding cannot hold become U+FFFD in place of an error; with
  /// `marks`, the byte 0xFF, which no UTF-8 holds.
  ///
  /// - Throws: `BytesError.unknownEncoding`.
  public init(
    over source: any ByteStream,
    encoding: TextEncoding,
    replaces: Bool = false,
    marks: Bool = false
  ) throws(BytesError) {
    self.source = source
    self.encoding = encoding
    let strict: any Decoder
    switch encoding.kind {
    case .utf8: strict = UTF8Decoder()
    case .utf16(let isBig): strict = UTF16Decoder(isBig: isBig)
    case .utf32(let isBig): strict = UTF32Decoder(isBig: isBig)
    case .table: strict = TableDecoder(try DecodeTable(of: encoding))
    case .pairs(let family): strict = PairDecoder(family)
    case .shifted: strict = ShiftedDecoder()
    case .iconv(let name): strict = try IconvDecoder(name, shownName: encoding.name)
    }
    decoder = replaces || marks ? ReplacingDecoder(strict, marks: marks) : strict
  }

  /// Decodes into the front of `buffer`.
  ///
  /// - Throws: `BytesError.notInEncoding` with the offset in the source, and what the source throws.
  public func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    guard buffer.count > 0, let target = buffer.baseAddress else { return 0 }
    while decodedStart == decoded.count {
      if sourceHasEnded && inputStart == input.count { return 0 }
      try refill()
      try decode()
    }
    let count = min(decoded.count - decodedStart, buffer.count)
    // Safe: `decoded` holds `count` bytes behind `decodedStart`, the buffer has room for them.
    unsafe target.update(from: decoded.base + decodedStart, count: count)
    decodedStart += count
    return count
  }

  private func refill() throws(BytesError) {
    let held = input.count - inputStart
    // Safe: what is left moves to the front; the source fills at most what is free behind it.
    unsafe input.base.update(from: input.base + inputStart, count: held)
    inputStart = 0
    input.count = held
    while !sourceHasEnded && input.count < (hasBegun ? held + 1 : 4) {
      let room = unsafe UnsafeMutableBufferPointer(
        start: input.base + input.count,
        count: input.capacity - input.count
      )
      let count = unsafe try source.read(into: room)
      input.count += count
      sourceHasEnded = count == 0
    }
    if !hasBegun { skipMark() }
    hasBegun = true
  }

  private func skipMark() {
    let mark = encoding.byteOrderMark
    // Safe: the buffer's own bytes.
    guard !mark.isEmpty, unsafe input.bytes.starts(with: mark) else { return }
    inputStart = mark.count
    offset = UInt64(mark.count)
  }

  private func decode() throws(BytesError) {
    decoded.count = 0
    decodedStart = 0
    // Safe: `inputStart` never passes the buffer's count.
    let bytes = unsafe UnsafeBufferPointer(
      start: input.base + inputStart,
      count: input.count - inputStart
    )
    let step = unsafe decoder.decode(bytes, isLast: sourceHasEnded, into: decoded)
    inputStart += step.taken
    offset += UInt64(step.taken)
    // What was right before the mistake is given out first; the next call meets the mistake again.
    if step.isWrong && decoded.count == 0 {
      throw .notInEncoding(encoding: encoding.name, offset: offset)
    }
  }
}
