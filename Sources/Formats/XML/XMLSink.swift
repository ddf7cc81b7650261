import Glibc

/// What takes the contents of an XML document, in its order; false stops the parser.
///
/// Pointers are valid for the call. Those into the bytes that are being parsed stay valid longer;
/// a sink that knows those bytes can tell them by their addresses.
protocol XMLSink: AnyObject {
  /// An element begins at `place`.
  func elementBegins(_ name: XMLName, _ attributes: XMLAttributes, at place: Int) -> Bool
  /// The innermost open element ends; `end` is the place behind its end tag.
  func elementEnds(at end: Int) -> Bool
  /// Text of the innermost open element.
  func text(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool
  /// Takes an element of nothing but plain text whole, where its tag is the one expected there.
  ///
  /// `at` is the place of its `<`, `count` that of a 0. Returns the place behind it, or 0: then the
  /// parser reads it.
  func leaf(_ bytes: UnsafePointer<UInt8>, _ at: Int, _ count: Int, _ bindings: Int) -> Int
  /// The spelling under which the element that has just begun may be taken whole next time, as
  /// long as the bindings of prefixes are the same.
  func note(_ raw: UnsafePointer<UInt8>, _ count: Int, _ bindings: Int)
}

extension XMLSink {
  @inline(__always)
  func leaf(_ bytes: UnsafePointer<UInt8>, _ at: Int, _ count: Int, _ bindings: Int) -> Int { 0 }

  @inline(__always)
  func note(_ raw: UnsafePointer<UInt8>, _ count: Int, _ bindings: Int) {}
}

/// The local part of a name, as long as it is reported.
@safe
struct XMLName {
  let base: UnsafePointer<UInt8>
  let count: Int

  init(_ base: UnsafePointer<UInt8>, _ count: Int) {
    unsafe self.base = base
    self.count = count
  }

  /// Whether it is that name.
  func equals(_ name: [UInt8]) -> Bool {
    guard count == name.count else { return false }
    // Safe: `count` bytes are readable at both.
    return unsafe name.withUnsafeBufferPointer { other in
      guard let start = other.baseAddress else { return true }
      return unsafe memcmp(base, start, count) == 0
    }
  }
}

/// The attributes of an element, as long as it is reported; declarations of namespaces are none.
typealias XMLAttributes = UnsafeBufferPointer<XMLAttribute>

/// An attribute: its local name and its value.
@safe
struct XMLAttribute: BitwiseCopyable {
  var name: UnsafePointer<UInt8>
  var nameCount: Int
  var value: UnsafePointer<UInt8>
  var valueCount: Int
  /// It only tells how to read the element (`xsi:nil`, `xsi:schemaLocation`).
  var isHint = false
}
