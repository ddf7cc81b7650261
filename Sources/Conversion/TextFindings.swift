import Bytes
import Detection
import Formats

/// What the whole content has shown of its encoding, where its head did not tell.
struct TextFindings {
  /// What the settings state, or the whole content has shown.
  private(set) var encoding: TextEncoding?
  /// How much of the content is UTF-8, once that was counted.
  private(set) var census: UTF8Census?
  /// The content is UTF-8, apart from places that spoil their rows.
  private var isSpoiltUTF8 = false
  /// What is told of the encoding in place of what its head tells.
  private var finding: Finding?
  private let isStated: Bool

  init(stated encoding: TextEncoding?) {
    self.encoding = encoding
    isStated = encoding != nil
  }

  /// The content was counted and is in another encoding than UTF-8.
  var isOther: Bool { !isSpoiltUTF8 }

  /// Takes the count of the whole content; a byte-order mark says that it is UTF-8, whatever it shows.
  mutating func take(_ census: UTF8Census, isMarked: Bool) {
    self.census = census
    guard census.outweighs || isMarked else { return }
    isSpoiltUTF8 = true
    encoding = .utf8
    finding = .utf8(census)
    if isMarked { finding?.evidence = ["byte-order mark"] }
    if isStated { finding?.evidence = ["stated"] }
  }

  /// Takes the encoding that all of the content's bytes speak for.
  mutating func take(_ likeliest: (encoding: TextEncoding, finding: Finding)) {
    encoding = likeliest.encoding
    finding = likeliest.finding
  }

  /// Says in `findings` what the whole content has shown.
  func tell(_ findings: inout Findings) {
    guard let finding, let step = findings.steps.firstIndex(where: { $0.what == "encoding" })
    else { return }
    findings.steps[step] = finding
  }

  /// How a block's bytes are looked after under those findings.
  func rules(for findings: Findings) -> TextRules {
    var rules = TextRules(rejectsRows: isSpoiltUTF8)
    switch findings.layout {
    case .json(let layout):
      // Its reader rejects records with such bytes itself.
      rules.hasLines = layout.shape == .lines
    case .xml:
      // Its reader names the place: XML that does not say otherwise must be UTF-8.
      break
    case .delimited:
      rules.isChecked = findings.encoding == .utf8
      rules.hasLines = true
    case .empty:
      rules.isChecked = findings.encoding == .utf8
    }
    return rules
  }
}

extension Layout {
  /// Whether the format tells numbers from texts by itself.
  var typesItsValues: Bool {
    if case .json = self { return true }
    return false
  }
}
