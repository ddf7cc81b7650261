import CKernels

/// The WHATWG's encodings that write a character as one byte or several.
enum PairFamily: Sendable, Hashable {
  case big5, eucKR, gb18030, shiftJIS, eucJP

  fileprivate var kernel: dm_family {
    switch self {
    case .big5: DM_BIG5
    case .eucKR: DM_EUC_KR
    case .gb18030: DM_GB18030
    case .shiftJIS: DM_SHIFT_JIS
    case .eucJP: DM_EUC_JP
    }
  }

  fileprivate var index: [UInt32] {
    switch self {
    case .big5: EncodingIndex.big5
    case .eucKR: EncodingIndex.eucKR
    case .gb18030: EncodingIndex.gb18030
    case .shiftJIS, .eucJP: EncodingIndex.jis0208
    }
  }

  fileprivate var second: [UInt32] {
    switch self {
    case .gb18030: EncodingIndex.gb18030Ranges
    case .eucJP: EncodingIndex.jis0212
    case .big5, .eucKR, .shiftJIS: []
    }
  }
}

/// One of the families by the WHATWG's indexes.
final class PairDecoder: Decoder {
  private let family: PairFamily
  private let index: [UInt32]
  private let second: [UInt32]

  init(_ family: PairFamily) {
    self.family = family
    index = family.index
    second = family.second
  }

  func decode(
    _ input: UnsafeBufferPointer<UInt8>,
    isLast: Bool,
    into output: ByteBuffer
  ) -> DecodeStep {
    guard let base = input.baseAddress else { return DecodeStep(taken: 0) }
    // Safe: a byte becomes at most three; the kernel writes within 3 * count + 16.
    output.reserve(input.count * 3 + 16)
    let step = unsafe index.withUnsafeBufferPointer { index in
      unsafe second.withUnsafeBufferPointer { second in
        // Safe: the index has all pointers that two bytes of its family can make.
        var pairs = unsafe dm_pairs(
          family: family.kernel,
          index: index.baseAddress,
          second: second.baseAddress,
          second_count: second.count
        )
        return unsafe dm_decode_pairs(base, input.count, isLast, &pairs, output.base + output.count)
      }
    }
    output.count += step.given
    return DecodeStep(taken: step.taken, wrong: step.wrong)
  }
}

/// ISO-2022-JP: escape sequences say what the bytes behind them are.
///
/// As the WHATWG has it, but for two things that it calls errors and that lose nothing: controls stand for
/// themselves in every set (ISO/IEC 2022 leaves them apart), so that a line end is one, and an escape may
/// follow an escape.
final class ShiftedDecoder: Decoder {
  private enum Characters { case ascii, roman, katakana, kanji }

  private var characters = Characters.ascii

  func decode(
    _ input: UnsafeBufferPointer<UInt8>,
    isLast: Bool,
    into output: ByteBuffer
  ) -> DecodeStep {
    var at = 0
    while at < input.count {
      let left = input.count - at
      // Safe: `at` and what is behind it, up to `left`, lie inside.
      let byte = unsafe input[at]
      if byte == 0x1b {
        guard left >= 3 else { return DecodeStep(taken: at, wrong: isLast ? 1 : 0) }
        guard let named = unsafe Self.named(input[at + 1], input[at + 2]) else {
          return DecodeStep(taken: at, wrong: 1)
        }
        characters = named
        at += 3
      } else if characters == .kanji, byte >= 0x20 {
        guard (0x21...0x7e).contains(byte) else { return DecodeStep(taken: at, wrong: 1) }
        guard left >= 2 else { return DecodeStep(taken: at, wrong: isLast ? 1 : 0) }
        let trail = unsafe input[at + 1]
        // A control is none of the character that it cuts off.
        guard trail >= 0x20 else { return DecodeStep(taken: at, wrong: 1) }
        guard (0x21...0x7e).contains(trail) else { return DecodeStep(taken: at, wrong: 2) }
        let value = EncodingIndex.jis0208[(Int(byte) - 0x21) * 94 + Int(trail) - 0x21]
        guard value > 0 else { return DecodeStep(taken: at, wrong: 2) }
        output.append(scalar: value)
        at += 2
      } else {
        guard let value = single(byte) else { return DecodeStep(taken: at, wrong: 1) }
        output.append(scalar: value)
        at += 1
      }
    }
    return DecodeStep(taken: at)
  }

  private static func named(_ first: UInt8, _ second: UInt8) -> Characters? {
    switch (first, second) {
    case (0x28, 0x42): .ascii
    case (0x28, 0x4a): .roman
    case (0x28, 0x49): .katakana
    case (0x24, 0x40), (0x24, 0x42): .kanji
    default: nil
    }
  }

  /// The character of a byte that stands alone.
  private func single(_ byte: UInt8) -> UInt32? {
    switch (characters, byte) {
    case (_, 0x0e), (_, 0x0f), (_, 0x80...): nil
    case (.roman, 0x5c): 0xa5
    case (.roman, 0x7e): 0x203e
    case (.katakana, 0x21...0x5f): 0xff61 - 0x21 + UInt32(byte)
    case (.katakana, 0x20...): nil
    default: UInt32(byte)
    }
  }
}
