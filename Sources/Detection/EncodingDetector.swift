import Bytes

/// Finds the encoding of a drop's first bytes.
enum EncodingDetector {
  /// The encoding, its mark and why.
  struct Result {
    var encoding: TextEncoding
    var bomLength: Int
    /// All bytes looked at are in the encoding as they stand.
    var isClean: Bool
    var finding: Finding
  }

  static func detect(_ head: [UInt8], isWhole: Bool, stated: TextEncoding?) -> Result {
    if let marked = byMark(head, isWhole: isWhole) { return marked }
    if let stated {
      let isClean = stated != .utf8 || TextEncoding.validUTF8(head) == head.count
      return Result(
        encoding: stated,
        bomLength: 0,
        isClean: isClean,
        finding: Finding("encoding", stated.name, evidence: ["stated"])
      )
    }
    if let wide = byZeros(head) { return wide }
    let valid = TextEncoding.validUTF8(head)
    let isUTF8 = valid == head.count || (!isWhole && head.count - valid < 4)
    let isASCII = !head.contains { $0 >= 0x80 }
    if isASCII, let shifted = byEscapes(head) { return shifted }
    if isUTF8 {
      let evidence =
        isASCII ? "nothing but ASCII so far" : "every byte looked at is well-formed UTF-8"
      return Result(
        encoding: .utf8,
        bomLength: 0,
        isClean: true,
        finding: Finding("encoding", "utf-8", confidence: 0.99, evidence: [evidence])
      )
    }
    if let declared = byDeclaration(head) { return declared }
    return byLikelihood(head)
  }

  private static func byMark(_ head: [UInt8], isWhole: Bool) -> Result? {
    // UTF-32 before UTF-16: its mark begins with the other's.
    for name in ["utf-8", "utf-32le", "utf-32be", "utf-16le", "utf-16be", "gb18030"] {
      let encoding = TextEncoding(named: name)
      let mark = encoding.byteOrderMark
      guard head.starts(with: mark) else { continue }
      // Two zero bytes behind FF FE are UTF-32 only where the rest fits.
      if name == "utf-32le" && !looksLikeUTF32(head) { continue }
      let valid = encoding == .utf8 ? TextEncoding.validUTF8(head) : head.count
      let isClean = valid == head.count || (!isWhole && head.count - valid < 4)
      var finding = Finding("encoding", name, evidence: ["byte-order mark"])
      if !isClean { finding.doubts.append("byte \(valid) is not UTF-8 all the same") }
      return Result(encoding: encoding, bomLength: mark.count, isClean: isClean, finding: finding)
    }
    return nil
  }

  private static func looksLikeUTF32(_ head: [UInt8]) -> Bool {
    guard head.count % 4 == 0 || head.count > 64 else { return false }
    return stride(from: 3, to: min(head.count, 64), by: 4).allSatisfy { head[$0] == 0 }
  }

  /// UTF-16 and UTF-32 by the zero bytes that ASCII leaves in them.
  private static func byZeros(_ head: [UInt8]) -> Result? {
    var sample = head.prefix(1 << 14)
    while sample.last == 0 && sample.dropLast().last == 0 { sample.removeLast(2) }
    guard sample.contains(0) else { return nil }
    var zeros = [0, 0, 0, 0]
    for at in sample.indices where sample[at] == 0 { zeros[at % 4] += 1 }
    let quarter = max(sample.count / 4, 1)
    if zeros[2] + zeros[3] > quarter * 19 / 10 && zeros[0] * 2 < quarter {
      return wide("utf-32le", "three of four bytes are zero")
    }
    if zeros[0] + zeros[1] > quarter * 19 / 10 && zeros[3] * 2 < quarter {
      return wide("utf-32be", "three of four bytes are zero")
    }
    let little = UnitCensus(sample, isBig: false)
    let big = UnitCensus(sample, isBig: true)
    let better = little.plausible >= big.plausible ? little : big
    guard better.wrong == 0, better.plain * 20 > better.units, better.plain > 1 else { return nil }
    let name = little.plausible >= big.plausible ? "utf-16le" : "utf-16be"
    let share = better.plain * 100 / max(better.units, 1)
    return wide(name, "\(share) % of its pairs of bytes are ASCII with a zero")
  }

  private static func wide(_ name: String, _ evidence: String) -> Result {
    Result(
      encoding: TextEncoding(named: name),
      bomLength: 0,
      isClean: true,
      finding: Finding("encoding", name, confidence: 0.97, evidence: [evidence])
    )
  }

  /// Pairs of bytes as UTF-16.
  private struct UnitCensus {
    var units = 0
    /// ASCII that text is made of.
    var plain = 0
    /// Controls, lone surrogates.
    var wrong = 0
    var plausible: Int { plain - 8 * wrong }

    init(_ bytes: ArraySlice<UInt8>, isBig: Bool) {
      var isHigh = false
      for at in stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2) {
        let high = isBig ? bytes[at] : bytes[at + 1]
        let low = isBig ? bytes[at + 1] : bytes[at]
        units += 1
        let isLow = (0xDC...0xDF).contains(high)
        if isLow != isHigh { wrong += 1 }
        isHigh = (0xD8...0xDB).contains(high)
        guard high == 0 else { continue }
        if (0x20...0x7E).contains(low) || (0x09...0x0D).contains(low) { plain += 1 }
        if low < 0x09 { wrong += 1 }
      }
    }
  }

  /// ISO-2022-JP by its escape sequences.
  private static func byEscapes(_ head: [UInt8]) -> Result? {
    var at = 0
    while let escape = head[at...].firstIndex(of: 0x1B) {
      let next = head[(escape + 1)...].prefix(2)
      if next.elementsEqual("$B".utf8) || next.elementsEqual("$@".utf8) {
        return wide("iso-2022-jp", "its escape sequence ESC $ B")
      }
      at = escape + 1
    }
    return nil
  }

  /// What an XML declaration states.
  private static func byDeclaration(_ head: [UInt8]) -> Result? {
    let start = head.prefix(400)
    guard start.starts(with: "<?xml".utf8), let end = start.firstIndex(of: 0x3E) else { return nil }
    let words = String(decoding: start[..<end], as: UTF8.self)
    guard let key = words.split(separator: "encoding", maxSplits: 1).last, key != words[...] else {
      return nil
    }
    let quoted = key.drop { $0 == " " || $0 == "=" }
    guard let mark = quoted.first, mark == "\"" || mark == "'" else { return nil }
    let name = String(quoted.dropFirst().prefix { $0 != mark })
    let encoding = TextEncoding(named: name)
    guard encoding != .utf8 else { return nil }
    return Result(
      encoding: encoding,
      bomLength: 0,
      isClean: false,
      finding: Finding("encoding", encoding.name, evidence: ["the XML declaration states it"])
    )
  }

  private static func byLikelihood(_ head: [UInt8]) -> Result {
    var statistics = ByteStatistics()
    statistics.add(Array(head.prefix(1 << 18)))
    let guess = Detector.legacyEncoding(statistics)
    return Result(
      encoding: guess.encoding,
      bomLength: 0,
      isClean: false,
      finding: guess.finding
    )
  }
}
