public import Bytes
import Glibc

extension Detector {
  /// The likeliest encoding of text that is no UTF-8, from what its bytes beyond ASCII stand in.
  public static func legacyEncoding(
    _ statistics: ByteStatistics
  ) -> (encoding: TextEncoding, finding: Finding) {
    let ranked = LegacyModel.rank(statistics)
    guard let best = ranked.first else {
      let fallback = TextEncoding(named: "windows-1252")
      return (fallback, Finding("encoding", fallback.name, confidence: 0.5))
    }
    // Encodings that give the same text are no rivals.
    let text = (try? best.encoding.decode(statistics.sample)) ?? []
    let rival = ranked.dropFirst().first {
      (try? $0.encoding.decode(statistics.sample)) != text
    }
    let margin = rival.map { $0.bits - best.bits } ?? 40
    var finding = Finding(
      "encoding",
      best.encoding.name,
      confidence: min(0.99, 1 / (1 + exp2(-margin / 5)))
    )
    finding.evidence.append("no UTF-8; reads best as \(best.language)")
    let shown = String(decoding: text.prefix(60), as: UTF8.self)
    finding.evidence.append("its words read: \(shown)")
    if let rival, finding.confidence < Findings.certain {
      finding.doubts.append(
        "\(rival.encoding.name) is nearly as likely; state the encoding in the feed's settings"
      )
    }
    return (best.encoding, finding)
  }
}

/// Weighs each known encoding by how well the words read in it.
///
/// How this works: each word with bytes beyond ASCII is read in each encoding. Every character costs
/// bits: a letter what it costs in the language that fits best, a symbol more, a control far more;
/// so do a capital behind a small letter, a symbol between letters, two scripts in one word.
enum LegacyModel {
  struct Candidate {
    var encoding: TextEncoding
    var bits: Double
    var language: String
  }

  /// All encodings that can hold the bytes, the likeliest first.
  static func rank(_ statistics: ByteStatistics) -> [Candidate] {
    let words = statistics.sampleWords
    var histogram = [Double](repeating: 0, count: 256)
    for (word, weight) in words {
      for byte in word where byte >= 0x80 { histogram[Int(byte)] += weight }
    }
    var result: [Candidate] = []
    for page in CodePage.all {
      if let found = weigh(page, words, histogram) { result.append(found) }
    }
    for (name, prior) in eastAsian {
      if let found = weigh(TextEncoding(named: name), prior, words) { result.append(found) }
    }
    return result.sorted { $0.bits < $1.bits }
  }

  private static let eastAsian: [(String, Double)] = [
    ("shift_jis", 3), ("gb18030", 3), ("euc-jp", 4), ("big5", 4), ("euc-kr", 3.5), ("johab", 12),
  ]

  private static func weigh(
    _ page: CodePage,
    _ words: [([UInt8], Double)],
    _ histogram: [Double]
  ) -> Candidate? {
    var bits = page.prior
    var letters: [(UInt32, Double)] = []
    for byte in 128..<256 where histogram[byte] > 0 {
      let (scalar, kind) = (page.scalars[byte], page.kinds[byte])
      switch kind {
      case .none: bits += 25 * histogram[byte]
      case .letter: letters.append((scalar, histogram[byte]))
      default: bits += kind.bits * histogram[byte]
      }
    }
    for (word, weight) in words { bits += context(word, page) * weight }
    var best = (bits: letters.isEmpty ? 0.0 : Double.infinity, code: "")
    for model in LanguageModel.all where !letters.isEmpty {
      var cost = model.prior + (page.languages.contains(model.code[...]) ? 0 : 7)
      for (letter, count) in letters { cost += min(model.bits(letter), 11) * count }
      if cost < best.bits { best = (cost, model.code) }
    }
    return Candidate(encoding: page.encoding, bits: bits + best.bits, language: best.code)
  }

  /// Bits of what stands beside what in a word.
  private static func context(_ word: [UInt8], _ page: CodePage) -> Double {
    var bits = 0.0
    var hash = KnownWords.start
    var before = Place()
    for (at, byte) in word.enumerated() {
      let index = Int(byte)
      let here = Place(
        kind: page.kinds[index],
        script: page.scripts[index],
        letterCase: page.cases[index],
        isForeign: byte >= 0x80
      )
      hash = KnownWords.step(hash, page.small[index])
      let next = at + 1 < word.count ? page.kinds[Int(word[at + 1])] : .none
      bits += here.bits(behind: before)
      if here.isForeign && here.kind == .letter {
        // Letters seldom stand beside digits; dashes do.
        if at > 0, CellShape.isDigit(word[at - 1]) { bits += 4 }
        if at + 1 < word.count, CellShape.isDigit(word[at + 1]) { bits += 4 }
      }
      if here.isForeign || before.isForeign, here.letterCase == 2, before.kind == .letter,
        at + 1 < word.count, page.cases[Int(word[at + 1])] == 1
      {
        bits += 4
      }
      if here.isForeign, before.kind == .letter, next == .letter,
        here.kind == .sign || here.kind == .rareSign
      {
        bits += 5
      }
      before = here
    }
    if word.count == 1 && before.kind == .letter {
      bits += before.letterCase == 2 ? 6 : before.script == 1 ? 4 : 2
    }
    return KnownWords.contains(hash) ? bits - (word.count > 3 ? 7 : 4) : bits
  }

  /// A character among its neighbours.
  private struct Place {
    var kind = CodePage.Kind.none
    var script: UInt8 = 0
    var letterCase: UInt8 = 0
    var isForeign = false

    func bits(behind before: Place) -> Double {
      guard isForeign || before.isForeign else { return 0 }
      let isPart = kind == .letter || kind == .mark
      let wasPart = before.kind == .letter || before.kind == .mark
      guard isPart && wasPart else {
        // A sign that opens seldom stands behind a letter.
        return wasPart && (kind == .sign || kind == .rareSign) ? 1.5 : 0
      }
      var bits = 0.0
      if script != before.script && script != 0 && before.script != 0 { bits += 7 }
      if before.letterCase == 1 && letterCase == 2 { bits += 5 }
      return bits
    }
  }

  /// An encoding of several bytes a character.
  private static func weigh(
    _ encoding: TextEncoding,
    _ prior: Double,
    _ words: [([UInt8], Double)]
  ) -> Candidate? {
    var bits = prior
    var kana = 0.0
    var hangul = 0.0
    let joined = Array(words.map(\.0).joined(separator: [0x0A]))
    guard let text = try? encoding.decode(joined) else { return nil }
    var index = 0
    var before: UInt32 = 0
    for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
      let value = scalar.value
      defer { before = value }
      if value == 0x0A { index += 1 }
      // However many bytes are no characters side by side, they are one spoilt place.
      guard value >= 0x80, value != 0xFFFD || before != 0xFFFD else { continue }
      let weight = index < words.count ? words[index].1 : 1
      bits += EastAsianModel.bits(value) * weight
      if (0x3041...0x30FC).contains(value) { kana += weight }
      if (0xAC00...0xD7A3).contains(value) { hangul += weight }
      if (0x61...0x7A).contains(before | 0x20) && value < 0xFF00 { bits += 3 * weight }
    }
    for (word, weight) in words { bits += rarity(word, encoding.name) * weight }
    let isJapanese = ["shift_jis", "euc-jp"].contains(encoding.name)
    if kana > 0 && !isJapanese { bits += kana * 6 }
    let language = isJapanese ? "ja" : hangul > 0 ? "ko" : "zh"
    return Candidate(encoding: encoding, bits: bits, language: language)
  }

  /// Bits for characters of the sets' rarer halves, by their first bytes.
  private static func rarity(_ word: [UInt8], _ name: String) -> Double {
    var bits = 0.0
    var at = 0
    while at + 1 < word.count {
      let lead = word[at]
      if lead < 0x80 {
        at += 1
        continue
      }
      let trail = word[at + 1]
      let isRare =
        switch name {
        case "shift_jis": lead >= 0x98 && !(0xA1...0xDF).contains(lead)
        case "euc-jp": lead >= 0xD0
        case "gb18030": lead >= 0xD8 || lead < 0xB0 && lead != 0xA3 && lead != 0xA1 || trail < 0xA1
        case "big5": lead >= 0xC9
        case "euc-kr": lead >= 0xCA || trail < 0xA1 || lead < 0xB0
        default: false
        }
      if isRare { bits += 3 }
      at += name == "shift_jis" && (0xA1...0xDF).contains(lead) ? 1 : 2
    }
    return bits
  }
}
