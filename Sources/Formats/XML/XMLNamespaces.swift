import Bytes
import CKernels

/// The prefixes that are bound where the parser is (Namespaces in XML 1.0, Third Edition).
@safe
struct XMLNamespaces {
  private struct Binding: BitwiseCopyable {
    /// Prefix and namespace lie in `text`, one behind the other.
    var start: Int
    var prefixCount: Int
    var nameCount: Int
    var hash: UInt64
    /// It is the namespace of XML Schema's instances (`xsi`).
    var isInstance: Bool
    /// The generation before it.
    var generation: Int
  }

  private let bindings = FlatArray<Binding>(capacity: 16)
  private var text = ByteArena(capacity: 1 << 10)
  private var lastGeneration = 0
  private let seed = UInt64.random(in: .min ... .max)
  /// What is bound: equal numbers, equal bindings.
  private(set) var generation = 0

  private static let xml = "http://www.w3.org/XML/1998/namespace"
  private static let xmlns = "http://www.w3.org/2000/xmlns/"
  private static let instance = "http://www.w3.org/2001/XMLSchema-instance"

  init() { forget() }

  /// Bindings so far.
  var count: Int { bindings.count }

  /// Only `xml` is bound.
  mutating func forget() {
    bindings.cut(to: 0)
    text.cut(to: 0)
    text.append("xml")
    text.append("http://www.w3.org/XML/1998/namespace")
    bindings.append(
      Binding(
        start: 0,
        prefixCount: 3,
        nameCount: Self.xml.utf8.count,
        hash: 0,
        isInstance: false,
        generation: 0
      )
    )
    lastGeneration += 1
    generation = lastGeneration
  }

  /// Goes back to as many bindings as there were.
  mutating func cut(to count: Int) {
    guard count < bindings.count else { return }
    generation = bindings[count].generation
    text.cut(to: bindings[count].start)
    bindings.cut(to: count)
  }

  /// Binds a prefix, of no bytes for the default namespace; says why not where it cannot be.
  mutating func bind(
    _ prefix: UnsafePointer<UInt8>,
    _ prefixCount: Int,
    _ name: UnsafePointer<UInt8>,
    _ nameCount: Int
  ) -> StaticString? {
    // Safe: the caller's bytes are readable for the call.
    let isXML = unsafe same(prefix, prefixCount, "xml")
    if unsafe isXML != same(name, nameCount, Self.xml) {
      return "the prefix xml and its namespace belong together"
    }
    if unsafe same(prefix, prefixCount, "xmlns") || same(name, nameCount, Self.xmlns) {
      return "the prefix xmlns and its namespace cannot be declared"
    }
    if prefixCount > 0, nameCount == 0 { return "a prefix cannot be bound to no namespace" }
    let start = text.count
    unsafe text.append(prefix, prefixCount)
    unsafe text.append(name, nameCount)
    bindings.append(
      Binding(
        start: start,
        prefixCount: prefixCount,
        nameCount: nameCount,
        hash: unsafe hash(name, nameCount),
        isInstance: unsafe same(name, nameCount, Self.instance),
        generation: generation
      )
    )
    lastGeneration += 1
    generation = lastGeneration
    return nil
  }

  /// The binding of a prefix, or -1.
  func find(_ prefix: UnsafePointer<UInt8>, _ count: Int) -> Int {
    var index = bindings.count - 1
    while index >= 0 {
      let binding = bindings[index]
      // Safe: the prefix lies in `text`; `count` bytes of the other are readable.
      if binding.prefixCount == count,
        unsafe dropmill_same(text.pointer(at: binding.start), prefix, count)
      {
        return index
      }
      index -= 1
    }
    return -1
  }

  /// A number that is the same for the same namespace, and seldom else.
  func hash(of binding: Int) -> UInt64 { bindings[binding].hash }

  /// Whether two bindings are to the same namespace.
  func areSame(_ left: Int, _ right: Int) -> Bool {
    let one = bindings[left]
    let other = bindings[right]
    guard one.nameCount == other.nameCount else { return false }
    // Safe: both names lie in `text`.
    return unsafe dropmill_same(
      text.pointer(at: one.start + one.prefixCount),
      text.pointer(at: other.start + other.prefixCount),
      one.nameCount
    )
  }

  /// Whether it is to the namespace of XML Schema's instances (`xsi`).
  func isSchemaInstance(_ binding: Int) -> Bool { bindings[binding].isInstance }

  private func same(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ word: String) -> Bool {
    // Safe: `count` bytes are readable.
    unsafe count == word.utf8.count
      && UnsafeBufferPointer(start: bytes, count: count).elementsEqual(word.utf8)
  }

  /// A hash of bytes that nobody outside can foresee.
  func hash(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt64 {
    var state = seed
    for index in 0..<count {
      // Safe: `count` bytes are readable.
      let product = unsafe (state ^ UInt64(bytes[index]))
        .multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 ^ (seed | 1))
      state = product.high ^ product.low
    }
    return state
  }
}
