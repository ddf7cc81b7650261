import CZlib

/// Makes gzip members for tests, by zlib.
enum GzipMaker {
  /// One member that holds `content`; `name` goes into its header.
  static func member(_ content: [UInt8], level: Int32 = 6) -> [UInt8] {
    var state = unsafe z_stream()
    let size = unsafe Int32(MemoryLayout<z_stream>.size)
    // Safe: the stream lives until deflateEnd; both arrays outlive the calls that point into them.
    unsafe deflateInit2_(
      &state,
      level,
      Z_DEFLATED,
      15 + 16,
      8,
      Z_DEFAULT_STRATEGY,
      ZLIB_VERSION,
      size
    )
    defer { unsafe deflateEnd(&state) }
    var input = content
    var output = [UInt8](repeating: 0, count: unsafe Int(deflateBound(&state, uLong(input.count))))
    let count = unsafe input.withUnsafeMutableBufferPointer { source in
      unsafe output.withUnsafeMutableBufferPointer { target in
        unsafe state.next_in = source.baseAddress
        unsafe state.avail_in = uInt(source.count)
        unsafe state.next_out = target.baseAddress
        unsafe state.avail_out = uInt(target.count)
        unsafe deflate(&state, Z_FINISH)
        return unsafe target.count - Int(state.avail_out)
      }
    }
    return Array(output.prefix(count))
  }
}
