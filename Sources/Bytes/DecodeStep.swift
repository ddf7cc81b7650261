import CKernels

/// What one step of a decoder did.
struct DecodeStep {
  /// Bytes of the input that are done with.
  var taken: Int
  /// How many of the next bytes are no character together, so that one U+FFFD stands for them.
  var wrong = 0
  var isWrong: Bool { wrong > 0 }
}

/// Turns the bytes of one encoding into UTF-8.
protocol Decoder: AnyObject {
  /// Appends to `output` what the whole characters of `input` are; keeps none of the input.
  ///
  /// With `isLast` a character that the end cuts off is wrong.
  func decode(
    _ input: UnsafeBufferPointer<UInt8>,
    isLast: Bool,
    into output: ByteBuffer
  ) -> DecodeStep
}

/// UTF-8 as it is, validated.
final class UTF8Decoder: Decoder {
  func decode(
    _ input: UnsafeBufferPointer<UInt8>,
    isLast: Bool,
    into output: ByteBuffer
  ) -> DecodeStep {
    guard let base = input.baseAddress else { return DecodeStep(taken: 0) }
    // Safe: the kernel reads `count` bytes.
    let valid = unsafe dm_utf8_valid(base, input.count)
    unsafe output.append(base, valid)
    guard valid < input.count else { return DecodeStep(taken: valid) }
    var rest = UTF8Validator()
    let mayGoOn = unsafe rest.update(UnsafeBufferPointer(rebasing: input[valid...]))
    return DecodeStep(taken: valid, wrong: isLast || !mayGoOn ? 1 : 0)
  }
}

/// A code page by its table, ASCII eight bytes at a time.
final class TableDecoder: Decoder {
  private let characters: ByteBuffer
  private let lengths = ByteBuffer(capacity: 256)
  private let isASCII: Bool

  init(_ table: DecodeTable) {
    characters = ByteBuffer(capacity: table.bytes.count)
    characters.append(contentsOf: table.bytes)
    lengths.append(contentsOf: table.lengths)
    isASCII = (0..<128).allSatisfy { table.bytes[$0 * 4] == UInt8($0) && table.lengths[$0] == 1 }
  }

  func decode(
    _ input: UnsafeBufferPointer<UInt8>,
    isLast: Bool,
    into output: ByteBuffer
  ) -> DecodeStep {
    guard let base = input.baseAddress else { return DecodeStep(taken: 0) }
    // Safe: a byte becomes at most three; the kernel writes within 3 * count + 16.
    output.reserve(input.count * 3 + 16)
    let step = unsafe dm_decode_table(
      base,
      input.count,
      characters.base,
      lengths.base,
      isASCII,
      output.base + output.count
    )
    output.count += step.given
    return DecodeStep(taken: step.taken, wrong: step.wrong)
  }
}

/// UTF-16, surrogates checked.
final class UTF16Decoder: Decoder {
  private let isBig: Bool

  init(isBig: Bool) {
    self.isBig = isBig
  }

  func decode(
    _ input: UnsafeBufferPointer<UInt8>,
    isLast: Bool,
    into output: ByteBuffer
  ) -> DecodeStep {
    guard let base = input.baseAddress else { return DecodeStep(taken: 0) }
    // Safe: two bytes become at most three, four at most four; the kernel stays within that + 16.
    output.reserve(input.count / 2 * 3 + 16)
    let step = unsafe dm_decode_utf16(base, input.count, isBig, output.base + output.count)
    output.count += step.given
    let cutOff = isLast ? min(2, input.count - step.taken) : 0
    return DecodeStep(taken: step.taken, wrong: max(step.wrong, cutOff))
  }
}

/// UTF-32, its range and surrogates checked.
final class UTF32Decoder: Decoder {
  private let isBig: Bool

  init(isBig: Bool) {
    self.isBig = isBig
  }

  func decode(
    _ input: UnsafeBufferPointer<UInt8>,
    isLast: Bool,
    into output: ByteBuffer
  ) -> DecodeStep {
    output.reserve(input.count + 4)
    var at = 0
    while at + 4 <= input.count {
      var value: UInt32 = 0
      for index in 0..<4 {
        // Safe: at + 3 lies inside.
        value = unsafe value << 8 | UInt32(input[at + (isBig ? index : 3 - index)])
      }
      if value > 0x10ffff || value & 0xffff_f800 == 0xd800 {
        return DecodeStep(taken: at, wrong: 4)
      }
      output.append(scalar: value)
      at += 4
    }
    return DecodeStep(taken: at, wrong: isLast ? input.count - at : 0)
  }
}

/// Any encoding that glibc's iconv knows.
final class IconvDecoder: Decoder {
  private let converter: Iconv

  init(_ name: String, shownName: String) throws(BytesError) {
    converter = try Iconv(name, shownName: shownName)
  }

  func decode(
    _ input: UnsafeBufferPointer<UInt8>,
    isLast: Bool,
    into output: ByteBuffer
  ) -> DecodeStep {
    var taken = 0
    while true {
      output.reserve(max((input.count - taken) * 2, 64))
      // Safe: iconv fills at most what the buffer has room for.
      let room = unsafe UnsafeMutableBufferPointer(
        start: output.base + output.count,
        count: output.capacity - output.count
      )
      let rest = unsafe UnsafeBufferPointer(rebasing: input[taken...])
      let step = unsafe converter.step(rest, into: room)
      taken += step.taken
      output.count += step.given
      switch step.ending {
      case .full: continue
      case .wrong:
        let left = input.count - taken
        // How much is wrong shows by the second byte, which must not depend on where the input was cut.
        if left < 2, !isLast { return DecodeStep(taken: taken) }
        return DecodeStep(taken: taken, wrong: unsafe wrong(input, at: taken))
      case .incomplete: return DecodeStep(taken: taken, wrong: isLast ? input.count - taken : 0)
      case .whole:
        if isLast { flush(into: output) }
        return DecodeStep(taken: taken)
      }
    }
  }

  /// Both bytes of a pair that is no character: the second alone would be taken for a first.
  private func wrong(_ input: UnsafeBufferPointer<UInt8>, at: Int) -> Int {
    // Safe: only bytes that are there are looked at.
    let isPair = unsafe at + 1 < input.count && input[at] >= 0x80 && input[at + 1] >= 0x80
    return isPair ? 2 : 1
  }

  private func flush(into output: ByteBuffer) {
    output.reserve(64)
    // Safe: `reserve` made the room.
    let room = unsafe UnsafeMutableBufferPointer(start: output.base + output.count, count: 64)
    output.count += unsafe converter.flush(into: room)
  }
}

/// Another decoder, with U+FFFD or a mark for what is wrong.
final class ReplacingDecoder: Decoder {
  /// Stands for what is wrong: a byte that no UTF-8 has.
  static let mark: UInt8 = 0xff

  private let strict: any Decoder
  private let marks: Bool

  init(_ strict: any Decoder, marks: Bool) {
    self.strict = strict
    self.marks = marks
  }

  func decode(
    _ input: UnsafeBufferPointer<UInt8>,
    isLast: Bool,
    into output: ByteBuffer
  ) -> DecodeStep {
    var taken = 0
    while true {
      // Safe: `taken` never passes the input's count.
      let rest = unsafe UnsafeBufferPointer(rebasing: input[taken...])
      let step = unsafe strict.decode(rest, isLast: isLast, into: output)
      taken += step.taken
      guard step.isWrong else { return DecodeStep(taken: taken) }
      if marks { output.append(Self.mark) } else { output.append(scalar: 0xfffd) }
      taken += step.wrong
    }
  }
}

extension ByteBuffer {
  /// Appends a character as UTF-8; `value` is a scalar value.
  func append(scalar value: UInt32) {
    reserve(4)
    // Safe: `reserve` made room for four bytes.
    let target = unsafe base + count
    switch value {
    case ..<0x80:
      unsafe target[0] = UInt8(value)
      count += 1
    case ..<0x800:
      unsafe target[0] = UInt8(0xc0 | value >> 6)
      unsafe target[1] = UInt8(0x80 | value & 0x3f)
      count += 2
    case ..<0x10000:
      unsafe target[0] = UInt8(0xe0 | value >> 12)
      unsafe target[1] = UInt8(0x80 | value >> 6 & 0x3f)
      unsafe target[2] = UInt8(0x80 | value & 0x3f)
      count += 3
    default:
      unsafe target[0] = UInt8(0xf0 | value >> 18)
      unsafe target[1] = UInt8(0x80 | value >> 12 & 0x3f)
      unsafe target[2] = UInt8(0x80 | value >> 6 & 0x3f)
      unsafe target[3] = UInt8(0x80 | value & 0x3f)
      count += 4
    }
  }
}
