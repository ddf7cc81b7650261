/// A growable run of plain values reached by a bare pointer: no checks, no copies on write.
@safe
final class FlatArray<Element: BitwiseCopyable> {
  /// The first value; valid until the next `append`.
  private(set) var base: UnsafeMutablePointer<Element>
  /// Values in use.
  private(set) var count = 0
  private var capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    // Safe: freed in deinit, replaced only by `grow`.
    unsafe base = .allocate(capacity: capacity)
  }

  deinit {
    unsafe base.deallocate()
  }

  /// Adds a value at the end.
  @inline(__always)
  func append(_ element: Element) {
    if count == capacity { grow() }
    // Safe: there is room for one more.
    unsafe (base + count).initialize(to: element)
    count += 1
  }

  /// Forgets all values from a place on.
  @inline(__always)
  func cut(to count: Int) { self.count = count }

  /// The value at a place below `count`.
  @inline(__always)
  subscript(place: Int) -> Element {
    get { unsafe base[place] }
    _modify { yield unsafe &base[place] }
  }

  @inline(never)
  private func grow() {
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
    // Safe: `count` values are in use and fit into the larger allocation.
    unsafe larger.update(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = unsafe larger
    capacity *= 2
  }
}
