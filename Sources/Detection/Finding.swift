/// One step of detection: what was asked, the answer, how sure it is and why.
public struct Finding: Sendable, Hashable {
  /// What was asked, in one or two words: `encoding`, `format`, `delimiter`, `header`.
  public var what: String
  /// The answer.
  public var answer: String
  /// Between 0 and 1.
  public var confidence: Double
  /// What speaks for it.
  public var evidence: [String]
  /// What speaks against it, and what would settle it.
  public var doubts: [String]

  /// A finding.
  public init(
    _ what: String,
    _ answer: String,
    confidence: Double = 1,
    evidence: [String] = [],
    doubts: [String] = []
  ) {
    self.what = what
    self.answer = answer
    self.confidence = confidence
    self.evidence = evidence
    self.doubts = doubts
  }

  /// What comes next and what would settle it; what speaks for the answer where nothing is known to.
  public var remarks: [String] { doubts.isEmpty ? evidence : doubts }

  /// Whether the answer may be relied on; else its doubts name what comes next.
  public var isCertain: Bool { confidence >= Findings.certain }
}
