import CKernels

/// How much of bytes that come in pieces is UTF-8 and how much is not; a character may span two pieces.
///
/// It tells a UTF-8 text with a few spoilt places from a text in another encoding: in the latter
/// hardly any two bytes beyond ASCII happen to make a character of UTF-8.
public struct UTF8Census: Sendable, Hashable {
  /// Well-formed characters of two bytes or more.
  public private(set) var characters: UInt64 = 0
  /// Places that are not UTF-8: each a byte, or the beginning of a character that does not go on.
  public private(set) var mistakes: UInt64 = 0
  /// Offset of the first of them, counted over all pieces.
  public private(set) var firstMistake: UInt64?
  /// Bytes taken so far, without those pending.
  private var count: UInt64 = 0
  /// The first bytes of a character that the last piece cut off: at most three.
  private var pending: [UInt8] = []

  /// Characters that must stand against each mistake.
  private static let weight: UInt64 = 4

  /// A census of nothing yet.
  public init() {}

  /// The census of bytes that are at hand; what their end cuts off is no mistake.
  public init(of bytes: [UInt8]) {
    // Safe: the array outlives the call.
    unsafe bytes.withUnsafeBufferPointer { unsafe add($0) }
  }

  /// Whether the text is to be read as UTF-8, apart from the places that are spoilt.
  public var outweighs: Bool { mistakes == 0 || characters > Self.weight * mistakes }

  /// Whether all bytes taken were ASCII.
  public var isASCII: Bool { characters == 0 && mistakes == 0 && pending.isEmpty }

  /// Whether so much speaks against UTF-8 that the rest need not be looked at.
  public var isSettled: Bool { mistakes >= 256 && characters * 16 < mistakes }

  /// Takes the next piece.
  public mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress else { return }
    var at = unsafe endPending(bytes)
    while at < bytes.count {
      // Safe: the kernel reads up to the end of the bytes, the loop what it found valid.
      let whole = unsafe dm_utf8_valid(base + at, bytes.count - at)
      characters += UInt64(unsafe dm_count_from(base + at, whole, 0xC0))
      count += UInt64(whole)
      at += whole
      if at == bytes.count { return }
      let rest = unsafe Array(bytes[at...].prefix(4))
      let begun = (1...3).last {
        $0 <= rest.count && UTF8Validator.mayContinue(Array(rest.prefix($0)))
      }
      if let begun, begun == bytes.count - at {
        pending = rest
        return
      }
      addMistake(of: begun ?? 1)
      at += begun ?? 1
    }
  }

  /// Says that nothing follows.
  public mutating func finish() {
    if !pending.isEmpty { addMistake(of: pending.count) }
    pending = []
  }

  /// Ends the character that the last piece cut off; returns where the next begins.
  private mutating func endPending(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    var at = 0
    while !pending.isEmpty, at < bytes.count {
      let longer = unsafe pending + [bytes[at]]
      if UTF8Validator.valid(longer) == longer.count {
        characters += 1
        count += UInt64(longer.count)
        pending = []
        at += 1
      } else if UTF8Validator.mayContinue(longer) {
        pending = longer
        at += 1
      } else {
        // The byte that does not go on may begin another character.
        addMistake(of: pending.count)
        pending = []
      }
    }
    return at
  }

  private mutating func addMistake(of length: Int) {
    if firstMistake == nil { firstMistake = count }
    mistakes += 1
    count += UInt64(length)
  }
}
