public import Bytes

/// Finds the encoding of a drop's first bytes.
enum EncodingDetector {
  /// The encoding, its mark and why.
  struct Result {
    var encoding: TextEncoding
    var bomLength: Int
    /// The likeliest of several: nothing proves it.
    var isLikelihood = false
    var finding: Finding
  }

  static func detect(_ head: [UInt8], isWhole: Bool, stated: TextEncoding?) -> Result {
    if let marked = byMark(head, isWhole: isWhole) { return marked }
    if let stated {
      return Result(
        encoding: stated,
        bomLength: 0,
        finding: Finding("encoding", stated.name, evidence: ["stated"])
      )
    }
    if let wide = byZeros(head) { return wide }
    let census = Self.census(head, isWhole: isWhole)
    let isASCII = census.isASCII
    if isASCII, let shifted = byEscapes(head) { return shifted }
    let declared = XMLDeclaration.encoding(in: head)
    // ASCII alone says nothing of what follows it; the declaration does.
    let isOpen = census.mistakes > 0 || isASCII && !isWhole
    if let declared, !declared.isWide, declared != .utf8, isOpen {
      let evidence = ["the XML declaration states it"]
      let finding = Finding("encoding", declared.name, evidence: evidence)
      return Result(encoding: declared, bomLength: 0, finding: finding)
    }
    // XML that declares nothing is UTF-8 (XML 1.0, §4.3.3), and its reader says where it is not.
    guard census.outweighs || FormatDetector.beginsMarkup(head) else { return byLikelihood(head) }
    var finding = Finding.utf8(census, isASCII: isASCII)
    if let declared, declared != .utf8, !isASCII {
      finding.doubts.append("the XML declaration says \(declared.name) all the same")
    }
    return Result(encoding: .utf8, bomLength: 0, finding: finding)
  }

  private static func byMark(_ head: [UInt8], isWhole: Bool) -> Result? {
    guard let first = head.first, [0xEF, 0xFF, 0xFE, 0x00, 0x84].contains(first) else { return nil }
    // UTF-32 before UTF-16: its mark begins with the other's.
    for name in ["utf-8", "utf-32le", "utf-32be", "utf-16le", "utf-16be", "gb18030"] {
      let encoding = TextEncoding(named: name)
      let mark = encoding.byteOrderMark
      guard head.starts(with: mark) else { continue }
      // Two zero bytes behind FF FE are UTF-32 only where the rest fits.
      if name == "utf-32le" && !looksLikeUTF32(head) { continue }
      var finding = Finding("encoding", name, evidence: ["byte-order mark"])
      if encoding == .utf8 { finding.add(census(head, isWhole: isWhole)) }
      return Result(encoding: encoding, bomLength: mark.count, finding: finding)
    }
    return nil
  }

  private static func looksLikeUTF32(_ head: [UInt8]) -> Bool {
    guard head.count % 4 == 0 || head.count > 64 else { return false }
    return stride(from: 3, to: min(head.count, 64), by: 4).allSatisfy { head[$0] == 0 }
  }

  /// UTF-16 and UTF-32 by the zero bytes that ASCII leaves in them.
  private static func byZeros(_ head: [UInt8]) -> Result? {
    let limit = min(head.count, 1 << 14)
    guard head.firstPlace(of: 0, or: 0, in: 0..<limit) < limit else { return nil }
    var sample = head.prefix(limit)
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
    while true {
      let escape = head.firstPlace(of: 0x1B, or: 0x1B, in: at..<head.count)
      if escape == head.count { return nil }
      let next = head[(escape + 1)...].prefix(2)
      if next.elementsEqual("$B".utf8) || next.elementsEqual("$@".utf8) {
        return wide("iso-2022-jp", "its escape sequence ESC $ B")
      }
      at = escape + 1
    }
  }

  /// How much of the first bytes is UTF-8; a character that their end cuts off may go on behind it.
  private static func census(_ head: [UInt8], isWhole: Bool) -> UTF8Census {
    var census = UTF8Census(of: head)
    if isWhole { census.finish() }
    return census
  }

  private static func byLikelihood(_ head: [UInt8]) -> Result {
    var statistics = ByteStatistics()
    statistics.add(Array(head.prefix(1 << 18)))
    let guess = Detector.legacyEncoding(statistics)
    return Result(
      encoding: guess.encoding,
      bomLength: 0,
      isLikelihood: true,
      finding: guess.finding
    )
  }
}

extension Finding {
  /// UTF-8, and how much of the bytes looked at speaks for it.
  public static func utf8(_ census: UTF8Census, isASCII: Bool = false) -> Finding {
    var evidence = "every byte looked at is well-formed UTF-8"
    if isASCII { evidence = "nothing but ASCII so far" }
    if census.mistakes > 0 {
      evidence = "\(census.characters) of its characters beyond ASCII are well-formed UTF-8"
    }
    var finding = Finding("encoding", "utf-8", confidence: 0.99, evidence: [evidence])
    finding.add(census)
    return finding
  }

  /// Says where bytes are not UTF-8.
  public mutating func add(_ census: UTF8Census) {
    guard let first = census.firstMistake else { return }
    let places = census.mistakes == 1 ? "1 place is" : "\(census.mistakes) places are"
    doubts.append("\(places) not UTF-8, the first at byte \(first): the records there are rejected")
  }
}
