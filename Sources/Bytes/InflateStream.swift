// Sendable because a stream has one owner at a time: the thread that pulls from it.
/// The content of a packed file: any number of members, one after another (RFC 1952 §2.2).
///
/// gzip, and what is built like it: bzip2, xz, Zstandard. Checksums and lengths are verified, so the end of the stream proves that nothing is missing.
/// Zeros behind the last member are padding; other bytes there are a warning.
public final class InflateStream: ByteStream, @unchecked Sendable {
  /// What is odd about the compressed bytes; complete once the end was read.
  public private(set) var warnings: [InflateWarning] = []
  /// Compressed bytes that are done with.
  public private(set) var compressedCount: UInt64 = 0
  /// Bytes given out so far.
  public private(set) var inflatedCount: UInt64 = 0

  private enum Phase {
    /// Before a member's header, or the end.
    case between
    /// Inside a member.
    case member
    case ended
  }

  private let source: any ByteStream
  /// The stream around this one, whose compressed bytes are those the limits count.
  private let outer: InflateStream?
  private let limits: InflateLimits
  private let format: PackedFormat
  private let engine: any InflateEngine
  private let input: ByteBuffer
  private var inputStart = 0
  private var sourceHasEnded = false
  private var phase = Phase.between
  private var members = 0

  /// Inflates the gzip members in `source`.
  public convenience init(
    over source: any ByteStream,
    limits: InflateLimits = InflateLimits(),
    library: InflateLibrary = .fastest
  ) {
    self.init(over: source, format: .gzip, limits: limits, library: library, inside: nil)
  }

  /// Unpacks `source`; `outer` is the stream it comes from where it was packed twice.
  init(
    over source: any ByteStream,
    format: PackedFormat,
    limits: InflateLimits,
    library: InflateLibrary,
    inside outer: InflateStream?
  ) {
    self.source = source
    self.format = format
    self.outer = outer
    self.limits = limits
    engine = format.makeEngine(library)
    input = ByteBuffer(capacity: 1 << 18)
  }

  /// Inflates into the front of `buffer`.
  ///
  /// - Throws: `BytesError.compressedTruncated`, `.compressedDamaged`, `.inflatesTooFar`, and what
  ///   the source throws.
  public func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    guard buffer.count > 0 else { return 0 }
    while true {
      switch phase {
      case .ended: return 0
      case .between: try beginMember()
      case .member:
        let given = unsafe try stepMember(into: buffer)
        if given > 0 { return given }
      }
    }
  }

  private func stepMember(
    into buffer: UnsafeMutableBufferPointer<UInt8>
  ) throws(BytesError) -> Int {
    if inputStart == input.count { try refill() }
    let step: InflateStep
    do {
      step = unsafe try engine.step(available, into: buffer)
    } catch {
      throw .compressedDamaged(offset: compressedCount, found: error.found)
    }
    inputStart += step.taken
    compressedCount += UInt64(step.taken)
    inflatedCount += UInt64(step.given)
    let base = outer?.compressedCount ?? compressedCount
    guard limits.allow(compressed: base, inflated: inflatedCount) else {
      throw .inflatesTooFar(compressed: base, inflated: inflatedCount)
    }
    if step.endsMember {
      members += 1
      phase = .between
    } else if step.taken == 0 && step.given == 0 {
      if inputStart < input.count {
        throw .compressedDamaged(offset: compressedCount, found: InflateDamage.block.found)
      }
      if sourceHasEnded { throw .compressedTruncated(offset: compressedCount) }
    }
    return step.given
  }

  /// Finds the next member behind padding, or the end.
  private func beginMember() throws(BytesError) {
    if members > 0 { try skipZeros() }
    try need(format.headerBytes)
    let held = unsafe available
    if held.isEmpty && members > 0 {
      phase = .ended
      return
    }
    let isMember = unsafe format.isMember(held)
    if !isMember && members > 0 { return try skipRest() }
    guard isMember || held.count < 2 else { throw damagedHeader }
    guard held.count >= format.headerBytes else {
      throw .compressedTruncated(offset: compressedCount + UInt64(held.count))
    }
    guard unsafe format.isSound(held) else { throw damagedHeader }
    while unsafe !format.holdsHeader(available), !sourceHasEnded,
      input.count - inputStart < input.capacity
    {
      try need(input.count - inputStart + 1)
    }
    if members > 0 { engine.reset() }
    phase = .member
  }

  private var damagedHeader: BytesError {
    .compressedDamaged(offset: compressedCount, found: InflateDamage.header.found)
  }

  private func skipZeros() throws(BytesError) {
    while true {
      let held = unsafe available
      let zeros = unsafe held.prefix { $0 == 0 }.count
      inputStart += zeros
      compressedCount += UInt64(zeros)
      if zeros < held.count { return }
      try refill()
      if inputStart == input.count { return }
    }
  }

  private func skipRest() throws(BytesError) {
    let offset = compressedCount
    while inputStart < input.count {
      compressedCount += UInt64(input.count - inputStart)
      inputStart = input.count
      try refill()
    }
    warnings.append(.trailingBytes(offset: offset, count: compressedCount - offset))
    phase = .ended
  }
}

extension InflateStream {
  /// The compressed bytes at hand.
  private var available: UnsafeBufferPointer<UInt8> {
    // Safe: `inputStart` never passes the buffer's count.
    unsafe UnsafeBufferPointer(start: input.base + inputStart, count: input.count - inputStart)
  }

  /// Replaces the used-up input with the source's next bytes.
  private func refill() throws(BytesError) {
    input.count = 0
    inputStart = 0
    if sourceHasEnded { return }
    // Safe: the source fills at most the buffer's capacity.
    let room = unsafe UnsafeMutableBufferPointer(start: input.base, count: input.capacity)
    input.count = unsafe try source.read(into: room)
    sourceHasEnded = input.count == 0
  }

  /// Reads on until `count` bytes are at hand or the source has ended.
  private func need(_ count: Int) throws(BytesError) {
    while input.count - inputStart < count && !sourceHasEnded {
      // Safe: fewer than `count` bytes move to the front; the source fills at most what is left.
      let held = input.count - inputStart
      unsafe input.base.update(from: input.base + inputStart, count: held)
      inputStart = 0
      input.count = held
      let room = unsafe UnsafeMutableBufferPointer(
        start: input.base + held,
        count: input.capacity - held
      )
      let got = unsafe try source.read(into: room)
      input.count += got
      sourceHasEnded = got == 0
    }
  }
}
