import CBzip2
import CLzma
import CZstd

/// Unpacks bzip2.
@safe
final class Bzip2Engine: InflateEngine {
  private let state: UnsafeMutablePointer<bz_stream>

  init() {
    // Safe: one bz_stream that does not move, as bzip2 wants it; ended and freed once, in deinit.
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: bz_stream())
    begin()
  }

  deinit {
    unsafe BZ2_bzDecompressEnd(state)
    unsafe state.deallocate()
  }

  private func begin() {
    guard unsafe BZ2_bzDecompressInit(state, 0, 0) == BZ_OK else {
      fatalError("bzip2: out of memory")
    }
  }

  func step(
    _ input: UnsafeBufferPointer<UInt8>,
    into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(InflateDamage) -> InflateStep {
    // Safe: bzip2 reads and writes within the counts; both buffers outlive the call.
    unsafe state.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?
      .assumingMemoryBound(to: CChar.self)
    unsafe state.pointee.avail_in = UInt32(input.count)
    unsafe state.pointee.next_out = UnsafeMutableRawPointer(output.baseAddress)?
      .assumingMemoryBound(to: CChar.self)
    unsafe state.pointee.avail_out = UInt32(output.count)
    let code = unsafe BZ2_bzDecompress(state)
    if code == BZ_DATA_ERROR_MAGIC { throw .header }
    if code != BZ_OK && code != BZ_STREAM_END { throw .block }
    return unsafe InflateStep(
      taken: input.count - Int(state.pointee.avail_in),
      given: output.count - Int(state.pointee.avail_out),
      endsMember: code == BZ_STREAM_END
    )
  }

  func reset() {
    unsafe BZ2_bzDecompressEnd(state)
    unsafe state.pointee = bz_stream()
    begin()
  }
}

/// Unpacks xz; at most `memory` bytes for its dictionary.
@safe
final class XZEngine: InflateEngine {
  /// What `xz -9` asks for, and some.
  private static let memory: UInt64 = 100 << 20
  private let state: UnsafeMutablePointer<lzma_stream>

  init() {
    // Safe: one lzma_stream that does not move; ended and freed once, in deinit.
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: dm_lzma_stream())
    reset()
  }

  deinit {
    unsafe lzma_end(state)
    unsafe state.deallocate()
  }

  func step(
    _ input: UnsafeBufferPointer<UInt8>,
    into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(InflateDamage) -> InflateStep {
    // Safe: liblzma reads and writes within the counts; both buffers outlive the call.
    unsafe state.pointee.next_in = input.baseAddress
    unsafe state.pointee.avail_in = input.count
    unsafe state.pointee.next_out = output.baseAddress
    unsafe state.pointee.avail_out = output.count
    let code = unsafe lzma_code(state, LZMA_RUN)
    switch code {
    case LZMA_OK, LZMA_STREAM_END, LZMA_BUF_ERROR: break
    case LZMA_MEMLIMIT_ERROR, LZMA_MEM_ERROR: throw .memory
    case LZMA_FORMAT_ERROR, LZMA_OPTIONS_ERROR, LZMA_UNSUPPORTED_CHECK: throw .header
    default: throw .block
    }
    return unsafe InflateStep(
      taken: input.count - state.pointee.avail_in,
      given: output.count - state.pointee.avail_out,
      endsMember: code == LZMA_STREAM_END
    )
  }

  func reset() {
    // A check that cannot be verified would prove nothing.
    let code = unsafe lzma_stream_decoder(state, Self.memory, dm_lzma_tell_unsupported_check)
    guard code == LZMA_OK else { fatalError("xz: out of memory") }
  }
}

/// Unpacks Zstandard; a frame's window may be 32 MiB at most, as all levels but the last three have.
@safe
final class ZstandardEngine: InflateEngine {
  private static let windowLog: Int32 = 25
  /// The longest header of a frame (RFC 8878, §3.1.1.1).
  private static let headerSize = 18
  private let state: OpaquePointer
  /// The first bytes of the frame under way.
  private var header: [UInt8] = []
  /// Bytes that the frame has given.
  private var given: UInt64 = 0

  init() {
    // Safe: freed once, in deinit.
    guard let made = unsafe ZSTD_createDStream() else { fatalError("zstd: out of memory") }
    unsafe state = made
    _ = unsafe ZSTD_DCtx_setParameter(state, ZSTD_d_windowLogMax, Self.windowLog)
  }

  deinit {
    unsafe ZSTD_freeDStream(state)
  }

  func step(
    _ input: UnsafeBufferPointer<UInt8>,
    into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(InflateDamage) -> InflateStep {
    // Safe: zstd reads and writes within the counts; both buffers outlive the call.
    var source = unsafe ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let code = unsafe ZSTD_decompressStream(state, &target, &source)
    if ZSTD_isError(code) != 0 {
      switch ZSTD_getErrorCode(code) {
      case ZSTD_error_checksum_wrong: throw .trailer
      case ZSTD_error_frameParameter_windowTooLarge, ZSTD_error_memory_allocation: throw .memory
      case ZSTD_error_prefix_unknown, ZSTD_error_frameParameter_unsupported: throw .header
      default: throw .block
      }
    }
    let missing = unsafe min(Self.headerSize - header.count, source.pos)
    if missing > 0 { unsafe header += input[..<missing] }
    given += unsafe UInt64(target.pos)
    if code == 0 { try proveSize() }
    return unsafe InflateStep(taken: source.pos, given: target.pos, endsMember: code == 0)
  }

  /// Whether the frame gave as many bytes as its header says.
  ///
  /// libzstd compares them where it is given the frame as a whole, and not in all of its blocks else.
  private func proveSize() throws(InflateDamage) {
    // Safe: the array's bytes, for this call only.
    let size = unsafe header.withUnsafeBytes { bytes in
      unsafe ZSTD_getFrameContentSize(bytes.baseAddress, bytes.count)
    }
    // The two largest numbers stand for a size that is not stated.
    if size < .max - 1 && size != given { throw .block }
  }

  func reset() {
    header.removeAll(keepingCapacity: true)
    given = 0
    _ = unsafe ZSTD_DCtx_reset(state, ZSTD_reset_session_only)
  }
}
