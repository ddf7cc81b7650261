public import Bytes
public import Formats

/// Says from a drop's first bytes what it is: the same answer for the same bytes, always.
public enum Detector: Sendable {
  /// Bytes of the head that are worth fetching.
  public static let headBytes = 1 << 20

  /// Bytes that are decoded where they are not UTF-8 as they stand.
  private static let decodedBytes = 1 << 19

  /// Finds encoding, format and where the records lie.
  ///
  /// - Parameters:
  ///   - head: The first bytes, decompressed, as they were written.
  ///   - isWhole: Nothing follows them.
  ///   - name: The drop's name, a hint and no more.
  ///   - compression: What was unpacked before.
  ///   - stated: What need not be found; the encoding also where it is known from the whole drop.
  ///   - latest: Tables that were found before; a text that is like one of them is not searched again.
  ///     The findings are the same, but for their evidence.
  /// - Returns: The findings, each step with its evidence.
  /// - Throws: `FormatError.unknownFormat` where the bytes are no text that holds records.
  public static func detect(
    head: [UInt8],
    isWhole: Bool,
    name: [UInt8] = [],
    compression: Compression = .none,
    stated: StatedLayout = StatedLayout(),
    latest: LatestTables? = nil
  ) throws(FormatError) -> Findings {
    var findings = Findings(compression: compression)
    if let (words, magic) = compression.evidence {
      findings.steps.append(Finding("compression", words, evidence: ["magic number \(magic)"]))
    }
    if let found = Magic.name(of: head) { throw .unknownFormat(found: found) }
    let found = EncodingDetector.detect(head, isWhole: isWhole, stated: stated.encoding)
    findings.encoding = found.encoding
    findings.bomLength = found.bomLength
    findings.steps.append(found.finding)
    var isWhole = isWhole
    var text: [UInt8]
    findings.isEncodingProven = !found.isLikelihood
    if found.encoding == .utf8 {
      text = found.bomLength == 0 ? head : Array(head[found.bomLength...])
    } else {
      do {
        // As the whole will be decoded, should it hold bytes that the encoding cannot.
        text = try found.encoding.decode(Array(head.prefix(decodedBytes)), marks: true)
        if head.count > decodedBytes { isWhole = false }
      } catch {
        throw .unknownFormat(found: "its encoding, \(found.encoding.name), is not known here")
      }
    }
    if found.bomLength > 0, stated.encoding == nil,
      let other = XMLDeclaration.contradiction(in: text, to: found.encoding)
    {
      let found = "a byte-order mark of \(found.encoding.name) before a declaration of \(other)"
      throw .notWellFormed(format: "XML", line: 1, column: 1, found: found)
    }
    if isWhole, text.contains(where: { $0 != 0 }) { trimPadding(&text) }
    if let found = Magic.binary(text) { throw .unknownFormat(found: found) }
    guard text.contains(where: { $0 > 0x20 }) else {
      // No lines at all are JSON lines; no document at all is no JSON document.
      if isWhole, FormatDetector.saysJSON(name, lines: false) {
        throw .endsEarly(format: "JSON", line: 1)
      }
      findings.steps.append(Finding("format", "empty", evidence: ["nothing but white space"]))
      return findings
    }
    try FormatDetector.detect(
      text,
      isWhole: isWhole,
      name: name,
      stated,
      latest: latest,
      into: &findings
    )
    return findings
  }

  /// Cuts off the zeros and the Ctrl-Z that some systems pad a text with.
  private static func trimPadding(_ text: inout [UInt8]) {
    while let last = text.last, last == 0 || last == 0x1A { text.removeLast() }
  }
}
