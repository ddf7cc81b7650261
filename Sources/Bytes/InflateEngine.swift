import CZlib
import Glibc

#if ISAL
  import CIsal
#endif

/// What one step of an engine did.
struct InflateStep {
  /// Bytes of the input that are done with.
  var taken = 0
  /// Bytes put into the output.
  var given = 0
  /// The member is whole: its checksum and its length were compared.
  var endsMember = false
}

/// What an engine found wrong.
enum InflateDamage: Error {
  case block
  case header
  /// It would take more memory to unpack than is allowed.
  case memory
  case trailer

  /// The finding in words, the same for every engine.
  var found: String {
    switch self {
    case .block: "a block cannot be decoded"
    case .header: "a member's header is wrong"
    case .memory: "it was packed so that unpacking takes too much memory"
    case .trailer: "a member's checksum or length differs"
    }
  }
}

/// Unpacks one member after another; for gzip zlib is the truth, isa-l the fast one.
protocol InflateEngine: AnyObject {
  /// Takes what it can of the input, gives what fits into the output.
  func step(
    _ input: UnsafeBufferPointer<UInt8>,
    into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(InflateDamage) -> InflateStep
  /// Makes ready for the next member.
  func reset()
}

/// Which library inflates.
public enum InflateLibrary: Sendable, Hashable, CaseIterable {
  /// zlib, everywhere.
  case zlib
  /// isa-l, nearly three times as fast, where the package was built with it.
  case isal

  /// The fastest that this build holds.
  public static var fastest: InflateLibrary {
    #if ISAL
      .isal
    #else
      .zlib
    #endif
  }

  func makeEngine() -> any InflateEngine {
    #if ISAL
      if self == .isal { return IsalEngine() }
    #endif
    return ZlibEngine()
  }
}

/// Inflates by zlib.
@safe
final class ZlibEngine: InflateEngine {
  private let state: UnsafeMutablePointer<z_stream>

  init() {
    // Safe: one z_stream that does not move, as zlib wants it; ended and freed once, in deinit.
    unsafe state = .allocate(capacity: 1)
    unsafe state.initialize(to: z_stream())
    // 15 bits of window, and 16: gzip only, header and trailer verified (zlib.h, inflateInit2).
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    guard unsafe inflateInit2_(state, 15 + 16, ZLIB_VERSION, size) == Z_OK else {
      fatalError("zlib: out of memory")
    }
  }

  deinit {
    unsafe inflateEnd(state)
    unsafe state.deallocate()
  }

  func step(
    _ input: UnsafeBufferPointer<UInt8>,
    into output: UnsafeMutableBufferPointer<UInt8>
  ) throws(InflateDamage) -> InflateStep {
    // Safe: zlib reads and writes within the counts; both buffers outlive the call.
    unsafe state.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    unsafe state.pointee.avail_in = uInt(input.count)
    unsafe state.pointee.next_out = output.baseAddress
    unsafe state.pointee.avail_out = uInt(output.count)
    let code = unsafe inflate(state, Z_NO_FLUSH)
    if code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR { throw damage(code) }
    return unsafe InflateStep(
      taken: input.count - Int(state.pointee.avail_in),
      given: output.count - Int(state.pointee.avail_out),
      endsMember: code == Z_STREAM_END
    )
  }

  private func damage(_ code: Int32) -> InflateDamage {
    guard code == Z_DATA_ERROR, let text = unsafe state.pointee.msg else { return .block }
    let words = unsafe String(cString: text)
    if words.hasPrefix("incorrect data") || words.hasPrefix("incorrect length") { return .trailer }
    return words.contains("header") || words.contains("method") ? .header : .block
  }

  func reset() {
    unsafe inflateReset(state)
  }
}

#if ISAL
  /// Inflates by isa-l.
  @safe
  final class IsalEngine: InflateEngine {
    private let state: OpaquePointer

    init() {
      // Safe: freed once, in deinit.
      guard let made = unsafe dm_isal_new() else { fatalError("isa-l: out of memory") }
      unsafe state = OpaquePointer(made)
    }

    deinit {
      unsafe dm_isal_free(UnsafeMutablePointer(state))
    }

    func step(
      _ input: UnsafeBufferPointer<UInt8>,
      into output: UnsafeMutableBufferPointer<UInt8>
    ) throws(InflateDamage) -> InflateStep {
      guard let target = output.baseAddress else { return InflateStep() }
      var taken = input.count
      var given = output.count
      var ended: Int32 = 0
      // Safe: isa-l reads and writes within the counts; both buffers outlive the call.
      let code = unsafe dm_isal_inflate(
        UnsafeMutablePointer(state),
        input.baseAddress,
        &taken,
        target,
        &given,
        &ended
      )
      switch code {
      case ISAL_INCORRECT_CHECKSUM: throw .trailer
      case ISAL_INVALID_WRAPPER, ISAL_UNSUPPORTED_METHOD: throw .header
      case ..<0: throw .block
      default: return InflateStep(taken: taken, given: given, endsMember: ended != 0)
      }
    }

    func reset() {
      unsafe dm_isal_reset(UnsafeMutablePointer(state))
    }
  }
#endif
