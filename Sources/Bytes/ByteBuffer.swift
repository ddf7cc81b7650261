import Glibc

/// A growable run of bytes with 64 readable bytes past its end, for code that works 64 at a time.
@safe
public final class ByteBuffer: @unchecked Sendable {
  // Sendable because a buffer has one owner at a time, the block or worker it belongs to.

  /// The first byte.
  ///
  /// Valid until the next call that may grow the buffer.
  public private(set) var base: UnsafeMutablePointer<UInt8>
  /// The bytes in use.
  public var count = 0
  /// The bytes there is room for, slack aside.
  public private(set) var capacity: Int

  /// Bytes that may be read, and overwritten, past `capacity`.
  public static let slack = 64

  /// An empty buffer with room for `capacity` bytes.
  public init(capacity: Int) {
    self.capacity = max(capacity, 64)
    // Safe: freed once, in deinit.
    unsafe base = unsafe Self.zeroed(self.capacity + Self.slack)
  }

  deinit {
    unsafe free(base)
  }

  /// Zeroed, so that reads of the slack are defined; pages that nobody touches cost nothing.
  private static func zeroed(_ size: Int) -> UnsafeMutablePointer<UInt8> {
    guard let raw = unsafe calloc(1, size) else { fatalError("out of memory: \(size) bytes") }
    return unsafe raw.assumingMemoryBound(to: UInt8.self)
  }

  /// Gives the bytes of each to the other; pointers taken before are those of the other from then on.
  public func exchange(with other: ByteBuffer) {
    unsafe swap(&base, &other.base)
    swap(&count, &other.count)
    swap(&capacity, &other.capacity)
  }

  /// A buffer with what this one held, which is empty from then on, and small.
  public func moved() -> ByteBuffer {
    let other = ByteBuffer(capacity: 0)
    exchange(with: other)
    return other
  }

  /// Makes room for `extra` bytes behind those in use; pointers taken before may dangle after.
  @inlinable
  public func reserve(_ extra: Int) {
    if count + extra > capacity { grow(extra) }
  }

  @usableFromInline @inline(never)
  func grow(_ extra: Int) {
    let size = max(capacity * 2, count + extra)
    // Safe: the bytes in use fit into the larger allocation; the old one is freed after the copy.
    let larger = unsafe Self.zeroed(size + Self.slack)
    unsafe memcpy(larger, base, count)
    unsafe free(base)
    unsafe base = unsafe larger
    capacity = size
  }

  /// Appends `length` bytes that lie elsewhere.
  @inlinable
  public func append(_ source: UnsafePointer<UInt8>, _ length: Int) {
    reserve(length)
    // Safe: `reserve` made room for them.
    unsafe (base + count).update(from: source, count: length)
    count += length
  }

  /// Appends one byte.
  @inlinable
  public func append(_ byte: UInt8) {
    reserve(1)
    unsafe base[count] = byte
    count += 1
  }

  /// Appends the letters of a short word, without making anything of it.
  public func append(_ word: StaticString) {
    // Safe: a word of the program's own text.
    unsafe append(word.utf8Start, word.utf8CodeUnitCount)
  }

  /// Appends the bytes of a short array or literal.
  public func append(contentsOf bytes: [UInt8]) {
    // Safe: the array's storage outlives the call.
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let first = source.baseAddress else { return }
      unsafe append(first, source.count)
    }
  }

  /// The bytes in use.
  public var bytes: UnsafeBufferPointer<UInt8> {
    unsafe UnsafeBufferPointer(start: base, count: count)
  }
}
