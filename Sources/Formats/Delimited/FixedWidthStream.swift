public import Bytes
import Glibc

// Sendable because a stream has one owner at a time: the thread that pulls from it.
/// A table of fixed widths as delimited text, line by line as it is read.
@safe
public final class FixedWidthStream: ByteStream, @unchecked Sendable {
  private let source: any ByteStream
  private var cutter: LineCutter
  private let lineEnd: UInt8
  private let lineLimit: Int
  private let input = ByteBuffer(capacity: 1 << 17)
  private let output = ByteBuffer(capacity: 1 << 17)
  private var given = 0
  private var hasEnded = false

  /// Cuts the lines of `source`, UTF-8 that ends lines so.
  ///
  /// A line of more than `lineLimit` bytes goes on as it is: its reader refuses it.
  public init(
    over source: any ByteStream,
    _ widths: FixedWidth,
    lineEnd: Dialect.LineEnd,
    lineLimit: Int
  ) {
    self.source = source
    cutter = LineCutter(widths, lineEnd: lineEnd)
    self.lineEnd = lineEnd.byte
    self.lineLimit = lineLimit
  }

  /// The next bytes of the text that is cut.
  public func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    while given == output.count {
      if hasEnded { return 0 }
      output.count = 0
      given = 0
      try step()
    }
    let count = min(buffer.count, output.count - given)
    // Safe: both hold at least that many bytes.
    unsafe buffer.baseAddress?.update(from: output.base + given, count: count)
    given += count
    return count
  }

  /// Reads once, and cuts all lines that are whole.
  private func step() throws(BytesError) {
    input.reserve(1 << 16)
    // Safe: the source fills at most what the buffer has room for.
    let room = unsafe UnsafeMutableBufferPointer(
      start: input.base + input.count,
      count: input.capacity - input.count
    )
    let got = unsafe try source.read(into: room)
    input.count += got
    hasEnded = got == 0
    var start = 0
    while start < input.count {
      let rest = input.count - start
      // Safe: the search stays within the bytes in use, and so does the line that it ends.
      let found = unsafe memchr(input.base + start, Int32(lineEnd), rest)
      var length = rest
      if let found = unsafe found {
        length = unsafe UnsafeRawPointer(found) - UnsafeRawPointer(input.base + start) + 1
      } else if !hasEnded {
        break
      }
      let line = unsafe UnsafeBufferPointer(start: input.base + start, count: length)
      cutter.cut(unsafe line.span, into: output)
      start += length
    }
    if input.count - start > lineLimit {
      unsafe output.append(input.base + start, input.count - start)
      start = input.count
    }
    // Safe: the regions may overlap, as memmove allows.
    unsafe memmove(input.base, input.base + start, input.count - start)
    input.count -= start
  }
}
