import Bytes
import CKernels
import Records

/// A place in a run of JSON bytes, and the tokens of RFC 8259 that begin there.
///
/// The byte at `end` is 0, which no token goes on with: only strings look at `end` themselves.
@safe
struct JSONCursor {
  /// The first byte of the run; 64 bytes past `end` are readable.
  let base: UnsafePointer<UInt8>
  /// The byte that is looked at.
  var at: Int
  /// One past the last byte.
  let end: Int
  /// Newlines passed.
  var lines = 0

  /// A cursor at `start`; the byte at `end` must be 0 as long as it is used.
  init(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) {
    unsafe self.base = base
    at = start
    self.end = end
  }

  /// The byte that is looked at; 0 at the end.
  // Safe: `at` stays at or below `end`, since no token passes the 0 there.
  @inline(__always)
  var byte: UInt8 { unsafe base[at] }

  /// The byte at another place of the run.
  @inline(__always)
  subscript(place: Int) -> UInt8 { unsafe base[place] }

  /// Passes white space, counting the newlines in it.
  @inline(__always)
  mutating func skipSpace() {
    if byte <= 0x20 { skipLongSpace() }
  }

  private mutating func skipLongSpace() {
    while true {
      let byte = byte
      guard byte <= 0x20 else { return }
      switch byte {
      case 0x20, 0x09, 0x0D: at += 1
      case 0x0A:
        lines += 1
        at += 1
        // Indented text: eight blanks at a time.
        while unsafe UnsafeRawPointer(base + at).loadUnaligned(as: UInt64.self)
          == 0x2020_2020_2020_2020, at + 8 <= end
        {
          at += 8
        }
      default: return
      }
    }
  }

  /// Where a string's inside lies, once the cursor has passed it.
  struct Text {
    var start: Int
    var count: Int
    var hasEscapes: Bool
  }

  /// Passes the string whose opening quote is looked at.
  @inline(__always)
  mutating func string() throws(JSONFault) -> Text {
    let start = at + 1
    // Safe: at most `end - start` bytes count, and 64 past `end` are readable.
    let run = unsafe dropmill_json_string_run(base + start, end - start)
    let stop = start + Int(run >> 1)
    if unsafe base[stop] == UInt8(ascii: "\""), stop < end {
      if run & 1 != 0 { try checkEncoding(start, stop) }
      at = stop + 1
      return Text(start: start, count: stop - start, hasEscapes: false)
    }
    return try escapedString(from: start, stoppedAt: stop, isWide: run & 1 != 0)
  }

  private mutating func escapedString(
    from start: Int,
    stoppedAt first: Int,
    isWide: Bool
  ) throws(JSONFault) -> Text {
    var stop = first
    var isWide = isWide
    while true {
      guard stop < end else { throw .syntax(at: start - 1, "a string that never closes") }
      let byte = self[stop]
      if byte == UInt8(ascii: "\"") { break }
      guard byte == UInt8(ascii: "\\") else {
        throw .syntax(at: stop, "a control character in a string")
      }
      // An escape's letter may be a quote, never a line's end; `unescape` checks what it is.
      guard stop + 1 < end, self[stop + 1] >= 0x20 else {
        throw .syntax(at: stop, "an escape that JSON does not have")
      }
      stop += 2
      // Safe: as in `string`.
      let run = unsafe dropmill_json_string_run(base + stop, end - stop)
      stop += Int(run >> 1)
      if run & 1 != 0 { isWide = true }
    }
    if isWide { try checkEncoding(start, stop) }
    at = stop + 1
    return Text(start: start, count: stop - start, hasEscapes: true)
  }

  private func checkEncoding(_ start: Int, _ stop: Int) throws(JSONFault) {
    // Safe: the bytes lie in the run.
    let good = unsafe dropmill_utf8_run(base + start, stop - start)
    guard good == stop - start else {
      throw JSONFault(.invalidEncoding, at: start + good, "bytes that are not UTF-8")
    }
  }

  /// Passes the number that is looked at and returns how many bytes it has.
  @inline(__always)
  mutating func number() throws(JSONFault) -> Int {
    let start = at
    var place = at
    // Safe: the 0 at `end` is no digit, so no loop passes it.
    if unsafe base[place] == UInt8(ascii: "-") { place += 1 }
    if unsafe base[place] == UInt8(ascii: "0") {
      place += 1
    } else {
      guard unsafe base[place] &- 0x30 < 10 else { throw .syntax(at: start, "no value") }
      while unsafe base[place] &- 0x30 < 10 { place += 1 }
    }
    if unsafe base[place] == UInt8(ascii: ".") {
      place += 1
      guard unsafe base[place] &- 0x30 < 10 else { throw .syntax(at: start, "no number of JSON") }
      while unsafe base[place] &- 0x30 < 10 { place += 1 }
    }
    if unsafe base[place] | 0x20 == UInt8(ascii: "e") {
      place += 1
      if unsafe base[place] == UInt8(ascii: "+") || base[place] == UInt8(ascii: "-") { place += 1 }
      guard unsafe base[place] &- 0x30 < 10 else { throw .syntax(at: start, "no number of JSON") }
      while unsafe base[place] &- 0x30 < 10 { place += 1 }
    }
    at = place
    return place - start
  }

  /// Passes `true`, `false` or `null`, whose first letter is looked at.
  @inline(__always)
  mutating func word(_ word: StaticString) throws(JSONFault) {
    let count = word.utf8CodeUnitCount
    // Safe: a word has at most 5 bytes, and 64 past `end` are readable.
    for index in 0..<count where unsafe base[at + index] != word.utf8Start[index] {
      throw .syntax(at: at, "no value")
    }
    at += count
  }

  /// Appends the text of a string that has escapes, as UTF-8.
  func unescape(_ text: Text, into output: ByteBuffer) throws(JSONFault) {
    var place = text.start
    let stop = text.start + text.count
    output.reserve(text.count)
    while place < stop {
      // Safe: the bytes lie in the run.
      let run = unsafe Int(dropmill_json_string_run(base + place, stop - place) >> 1)
      unsafe output.append(base + place, run)
      place += run
      guard place < stop else { return }
      place = try unescapeOne(at: place, stop, into: output)
    }
  }

  private func unescapeOne(
    at place: Int,
    _ stop: Int,
    into output: ByteBuffer
  ) throws(JSONFault) -> Int {
    let letter = self[place + 1]
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(letter)
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "u"): return try unescapeScalar(at: place, stop, into: output)
    default: throw .syntax(at: place, "an escape that JSON does not have")
    }
    return place + 2
  }

  private func unescapeScalar(
    at place: Int,
    _ stop: Int,
    into output: ByteBuffer
  ) throws(JSONFault) -> Int {
    let first = try codeUnit(at: place, stop)
    var next = place + 6
    var value = first
    if first & 0xF800 == 0xD800 {
      guard first < 0xDC00, next + 6 <= stop, self[next] == UInt8(ascii: "\\"),
        self[next + 1] == UInt8(ascii: "u")
      else { throw JSONFault(.invalidEncoding, at: place, "half of a surrogate pair") }
      let second = try codeUnit(at: next, stop)
      guard second & 0xFC00 == 0xDC00 else {
        throw JSONFault(.invalidEncoding, at: place, "half of a surrogate pair")
      }
      value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
      next += 6
    }
    output.appendScalar(value)
    return next
  }

  private func codeUnit(at place: Int, _ stop: Int) throws(JSONFault) -> UInt32 {
    guard place + 6 <= stop else { throw .syntax(at: place, "an escape of too few digits") }
    var value: UInt32 = 0
    for index in place + 2..<place + 6 {
      let digit: UInt8
      switch self[index] {
      case let byte where byte &- 0x30 < 10: digit = byte &- 0x30
      case let byte where (byte | 0x20) &- 0x61 < 6: digit = (byte | 0x20) &- 0x61 &+ 10
      default: throw .syntax(at: place, "an escape of too few digits")
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  /// Characters between two places of the run.
  func characters(from start: Int, to stop: Int) -> Int {
    // Safe: the bytes lie in the run.
    unsafe stop > start ? Int(dropmill_characters(base + start, stop - start)) : 0
  }

  /// Passes one value of any kind, by its brackets and strings alone.
  ///
  /// In a sequence, what is no string and has no brackets ends with its line, or where a value with them
  /// begins.
  ///
  /// Returns false where the run ends before the value does.
  mutating func skipValue(inSequence: Bool = false) -> Bool {
    var depth = 0
    let start = at
    while at < end {
      if inSequence, depth == 0, at > start, endsPlainValue { return true }
      switch byte {
      case UInt8(ascii: "\""):
        guard skipString() else { return false }
        if depth == 0 { return true }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth <= 1 {
          if depth == 1 { at += 1 }
          return true
        }
        depth -= 1
      case UInt8(ascii: ","): if depth == 0 { return true }
      case 0x0A: lines += 1
      default: break
      }
      at += 1
    }
    return depth == 0
  }

  /// Whether the byte is none of a number's or a word's.
  private var endsPlainValue: Bool {
    switch byte {
    case 0x0A, UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "["): true
    default: false
    }
  }

  private mutating func skipString() -> Bool {
    at += 1
    while at < end {
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        return true
      case UInt8(ascii: "\\"): at += 1
      case 0x0A: lines += 1
      default: break
      }
      at += 1
    }
    at = end
    return false
  }
}

extension ByteBuffer {
  /// Appends a Unicode scalar as UTF-8; the value must be one.
  func appendScalar(_ value: UInt32) {
    switch value {
    case ..<0x80: append(UInt8(value))
    case ..<0x800:
      append(UInt8(0xC0 | value >> 6))
      append(UInt8(0x80 | value & 0x3F))
    case ..<0x10000:
      append(UInt8(0xE0 | value >> 12))
      append(UInt8(0x80 | value >> 6 & 0x3F))
      append(UInt8(0x80 | value & 0x3F))
    default:
      append(UInt8(0xF0 | value >> 18))
      append(UInt8(0x80 | value >> 12 & 0x3F))
      append(UInt8(0x80 | value >> 6 & 0x3F))
      append(UInt8(0x80 | value & 0x3F))
    }
  }
}
