import Bytes
import Detection
import Formats

/// What the whole content has shown of its encoding, where its head did not tell.
struct TextFindings {
  /// What the settings state, or the whole content has shown.
  private(set) var encoding: TextEncoding?
  /// How much of the content is in the encoding, once that was counted.
  private(set) var census: UTF8Census?
  /// The content is in its encoding, apart from places that spoil their rows.
  private(set) var isSpoilt = false
  /// All of the content's bytes were asked for the likeliest encoding.
  private(set) var isLikeliest = false
  /// What is told of the encoding in place of what its head tells.
  private var finding: Finding?
  /// The settings state the encoding.
  let isStated: Bool

  init(stated encoding: TextEncoding?) {
    self.encoding = encoding
    isStated = encoding != nil
  }

  /// Whether bytes that are not in the encoding show that it is another.
  func mayBeOther(_ findings: Findings) -> Bool {
    // XML is not read in parts: what its declaration says binds.
    if case .xml = findings.layout { return false }
    return !isSpoilt
  }

  /// Takes the count of the whole content; a byte-order mark says that it is in the encoding,
  /// whatever it shows.
  mutating func take(_ census: UTF8Census, in encoding: TextEncoding, isMarked: Bool = false) {
    self.census = census
    guard census.outweighs || isMarked else { return }
    isSpoilt = true
    self.encoding = encoding
    guard encoding == .utf8 else { return }
    finding = .utf8(census)
    if isMarked { finding?.evidence = ["byte-order mark"] }
    if isStated { finding?.evidence = ["stated"] }
  }

  /// Takes the encoding that all of the content's bytes speak for.
  mutating func take(_ likeliest: (encoding: TextEncoding, finding: Finding)) {
    isLikeliest = true
    encoding = likeliest.encoding
    finding = likeliest.finding
  }

  /// Says in `findings` what the whole content has shown.
  func tell(_ findings: inout Findings) {
    guard let step = findings.steps.firstIndex(where: { $0.what == "encoding" }) else { return }
    if let finding { findings.steps[step] = finding }
    guard isSpoilt, findings.encoding != .utf8, let census else { return }
    let places = census.mistakes == 1 ? "1 place is" : "\(census.mistakes) places are"
    let doubt = "\(places) not \(findings.encoding.name): the records there are rejected"
    findings.steps[step].doubts.append(doubt)
  }

  /// How a block's bytes are looked after under those findings.
  func rules(for findings: Findings) -> TextRules {
    var rules = TextRules(rejectsRows: isSpoilt, encoding: findings.encoding)
    switch findings.layout {
    case .json(let layout):
      // Its reader rejects records with such bytes itself.
      rules.hasLines = layout.shape == .lines
    case .xml:
      // Its reader names the place: XML that does not say otherwise must be UTF-8.
      break
    case .delimited:
      rules.isChecked = findings.encoding == .utf8 || isSpoilt
      rules.hasLines = true
    case .empty:
      rules.isChecked = findings.encoding == .utf8 || isSpoilt
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
