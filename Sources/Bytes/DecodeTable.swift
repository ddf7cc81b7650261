import CKernels
import Glibc

/// The 256 characters of a code page as UTF-8.
public struct DecodeTable: Sendable {
  /// The character of each byte as UTF-8, at four bytes each, zeros behind it.
  let bytes: [UInt8]
  /// Bytes of each character; 0 where the code page has none.
  let lengths: [UInt8]

  /// The tables that were asked for, by their encodings' names: each is made once.
  private static let made = Monitor<[String: DecodeTable]>([:])

  /// The table of a single-byte encoding: the WHATWG's, or asked of iconv where that has none.
  ///
  /// - Throws: `BytesError.unknownEncoding` for an encoding that is none or not known here.
  public init(of encoding: TextEncoding) throws(BytesError) {
    guard case .table(let iconvName) = encoding.kind else {
      throw .unknownEncoding(encoding.name)
    }
    if let table = Self.made.update({ $0[encoding.name] }) {
      self = table
      return
    }
    var bytes: [UInt8] = []
    var lengths: [UInt8] = []
    let page = EncodingIndex.codePages[encoding.name]
    let converter = page == nil ? try Iconv(iconvName, shownName: encoding.name) : nil
    for byte in UInt8.min...UInt8.max {
      var character: [UInt8] = []
      if let converter {
        character = converter.decodeOne(byte)
      } else if byte < 0x80 {
        character = [byte]
      } else if let value = page?[Int(byte) - 0x80], let scalar = Unicode.Scalar(value), value > 0 {
        character = Array(String(Character(scalar)).utf8)
      }
      lengths.append(UInt8(character.count))
      bytes += character + [UInt8](repeating: 0, count: 4 - character.count)
    }
    self.bytes = bytes
    self.lengths = lengths
    let table = self
    Self.made.update { $0[encoding.name] = table }
  }

  /// The character of a byte; nil where the code page has none.
  public func scalar(_ byte: UInt8) -> Unicode.Scalar? {
    let at = Int(byte) * 4
    let character = bytes[at..<at + Int(lengths[Int(byte)])]
    return String(decoding: character, as: UTF8.self).unicodeScalars.first
  }
}

/// glibc's converter to UTF-8.
@safe
final class Iconv {
  private let descriptor: iconv_t

  /// - Throws: `BytesError.unknownEncoding` under `shownName`.
  init(_ name: String, shownName: String) throws(BytesError) {
    let opened = unsafe iconv_open("UTF-8", name)
    // (iconv_t)-1 says that glibc has no such converter.
    guard Int(bitPattern: opened) != -1, let opened = unsafe opened else {
      throw .unknownEncoding(shownName)
    }
    unsafe descriptor = opened
  }

  deinit {
    unsafe iconv_close(descriptor)
  }

  /// How a step ended.
  enum Ending {
    /// All input was taken.
    case whole
    /// The output is full.
    case full
    /// The input ends inside a character.
    case incomplete
    /// The next bytes are not in the encoding.
    case wrong
  }

  /// Converts what it can: returns the bytes taken, the bytes given and how it ended.
  func step(
    _ input: UnsafeBufferPointer<UInt8>,
    into output: UnsafeMutableBufferPointer<UInt8>
  ) -> (taken: Int, given: Int, ending: Ending) {
    // Safe: iconv reads and writes within the counts; it does not change its input.
    var source = unsafe UnsafeMutableRawPointer(mutating: input.baseAddress)?
      .assumingMemoryBound(to: CChar.self)
    var target = unsafe UnsafeMutableRawPointer(output.baseAddress)?
      .assumingMemoryBound(to: CChar.self)
    var left = input.count
    var room = output.count
    let result = unsafe iconv(descriptor, &source, &left, &target, &room)
    let failure = errno
    let counts = (taken: input.count - left, given: output.count - room)
    if result != -1 { return (counts.taken, counts.given, .whole) }
    let ending: Ending = failure == E2BIG ? .full : failure == EINVAL ? .incomplete : .wrong
    return (counts.taken, counts.given, ending)
  }

  /// Writes what is held back (the first part of a composed character) and returns to the start state.
  func flush(into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
    // Safe: iconv writes within the count.
    var target = unsafe UnsafeMutableRawPointer(output.baseAddress)?
      .assumingMemoryBound(to: CChar.self)
    var room = output.count
    unsafe _ = iconv(descriptor, nil, nil, &target, &room)
    return output.count - room
  }

  /// The character of one byte as UTF-8; empty where there is none.
  func decodeOne(_ byte: UInt8) -> [UInt8] {
    let block = ByteBuffer(capacity: 64)
    block.append(byte)
    // Safe: the first byte is the input, the last 32 are room for the output.
    let output = unsafe UnsafeMutableBufferPointer(start: block.base + 32, count: 32)
    let first = unsafe step(block.bytes, into: output)
    let rest = unsafe UnsafeMutableBufferPointer(rebasing: output[first.given...])
    // Some code pages hold a letter back until they see the next.
    let count = unsafe first.given + flush(into: rest)
    return first.ending == .whole ? unsafe Array(output.prefix(count)) : []
  }
}
