import Bytes
import CKernels

/// The end of a buffer reached by a plain pointer, for code that reads or writes a few bytes often.
@safe
struct ByteArena {
  private let buffer: ByteBuffer
  private var base: UnsafeMutablePointer<UInt8>
  private var room: Int
  /// Bytes in use, as the buffer will have it after `close`.
  private(set) var count: Int

  /// An empty arena of its own.
  init(capacity: Int) { self.init(ByteBuffer(capacity: capacity)) }

  /// Goes on where the buffer ends; the buffer is not to be used until `close`.
  init(_ buffer: ByteBuffer) {
    self.buffer = buffer
    unsafe base = buffer.base
    room = buffer.capacity
    count = buffer.count
  }

  /// Tells the buffer how much was written.
  func close() { buffer.count = count }

  /// Where a place of it lies, valid until `reserve`; 64 bytes past the end are readable.
  @inline(__always)
  func pointer(at place: Int) -> UnsafePointer<UInt8> { unsafe UnsafePointer(base + place) }

  /// The byte at a place.
  @inline(__always)
  subscript(place: Int) -> UInt8 { unsafe base[place] }

  /// Makes room for `extra` bytes; what follows writes without looking.
  @inline(__always)
  mutating func reserve(_ extra: Int) {
    if count + extra > room { grow(extra) }
  }

  @inline(never)
  private mutating func grow(_ extra: Int) {
    buffer.count = count
    buffer.reserve(extra)
    unsafe base = buffer.base
    room = buffer.capacity
  }

  /// Writes a byte for which there is room.
  @inline(__always)
  mutating func put(_ byte: UInt8) {
    // Safe: the caller has reserved it.
    unsafe base[count] = byte
    count += 1
  }

  /// Writes the letters of a short ASCII word for which there is room.
  @inline(__always)
  mutating func put(_ word: StaticString) {
    for index in 0..<word.utf8CodeUnitCount { unsafe put(word.utf8Start[index]) }
  }

  /// Writes bytes for which there is room; 15 past them are readable.
  @inline(__always)
  mutating func copy(_ source: UnsafePointer<UInt8>, _ length: Int) {
    // Safe: up to 15 bytes more go into the buffer's slack.
    unsafe dropmill_copy_short(base + count, source, length)
    count += length
  }

  /// Appends a byte.
  @inline(__always)
  mutating func append(_ byte: UInt8) {
    reserve(1)
    put(byte)
  }

  /// Appends the letters of a short ASCII word.
  mutating func append(_ word: StaticString) {
    reserve(word.utf8CodeUnitCount)
    put(word)
  }

  /// Appends bytes that lie elsewhere, of whatever length.
  @inline(__always)
  mutating func append(_ source: UnsafePointer<UInt8>, _ length: Int) {
    reserve(length)
    // Safe: the room is there.
    unsafe (base + count).update(from: source, count: length)
    count += length
  }

  /// Writes a number of JSON in canonical form; false, and nothing, where binary64 would change it.
  @inline(__always)
  mutating func number(_ source: UnsafePointer<UInt8>, _ length: Int) -> Bool {
    reserve(JSONText.numberRoom)
    // Safe: the room is there.
    let written = unsafe JSONText.writeNumber(source, length, to: base + count)
    count += written
    return written > 0
  }

  /// Appends text as a JSON string, with the escapes that it needs.
  mutating func string(_ source: UnsafePointer<UInt8>, _ length: Int) {
    // Safe: 15 bytes past the text are readable.
    guard unsafe dropmill_json_plain_run(source, length) == length else {
      return unsafe escapedString(source, length)
    }
    reserve(length + 2)
    put(UInt8(ascii: "\""))
    unsafe copy(source, length)
    put(UInt8(ascii: "\""))
  }

  private mutating func escapedString(_ source: UnsafePointer<UInt8>, _ length: Int) {
    buffer.count = count
    unsafe JSONText.appendString(source, length, to: buffer)
    unsafe base = buffer.base
    room = buffer.capacity
    count = buffer.count
  }

  /// Takes back all that was written from a place on.
  @inline(__always)
  mutating func cut(to place: Int) { count = place }

  /// Overwrites a byte that was written.
  @inline(__always)
  mutating func replace(at place: Int, _ byte: UInt8) { unsafe base[place] = byte }

  /// Writes what was written to another output between two places, for which there is room.
  @inline(__always)
  mutating func copy(from other: ByteArena, _ start: Int, _ end: Int) {
    // Safe: both have slack behind their bytes.
    unsafe copy(UnsafePointer(other.base + start), end - start)
  }
}
