/// Memory for so many values, gone with its owner.
// Sendable because the value is unique: it moves, it is never shared.
@safe
struct Block<Element>: ~Copyable, @unchecked Sendable {
  private let memory: UnsafeMutableBufferPointer<Element>

  init(count: Int, of value: Element) {
    unsafe memory = .allocate(capacity: count)
    unsafe memory.initialize(repeating: value)
  }

  deinit {
    // Safe: allocated in init, and nobody else has it.
    unsafe memory.deinitialize().deallocate()
  }

  var count: Int { unsafe memory.count }

  /// The values; unsafe: they must not outlive this.
  @unsafe var buffer: UnsafeMutableBufferPointer<Element> { unsafe memory }

  /// The bytes of the first `count` values; unsafe: they must not outlive this.
  @unsafe func bytes(ofFirst count: Int) -> UnsafeRawBufferPointer {
    // Safe: never more than there are.
    unsafe UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: memory[..<count]))
  }
}
