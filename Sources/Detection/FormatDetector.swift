import Bytes
import Formats

/// Tells XML, JSON and delimited text apart by content.
enum FormatDetector {
  /// Adds format and layout to `findings`.
  ///
  /// - Throws: `FormatError` where the text begins as JSON or XML and is neither that nor a table.
  static func detect(
    _ text: [UInt8],
    isWhole: Bool,
    name: [UInt8],
    _ stated: StatedLayout = StatedLayout(),
    latest: LatestTables? = nil,
    into findings: inout Findings
  ) throws(FormatError) {
    if let format = stated.format {
      return try read(text, isWhole: isWhole, as: format, stated, into: &findings)
    }
    if beginsMarkup(text) {
      return try readXML(text, isWhole: isWhole, stated, into: &findings)
    }
    let first = text.first { $0 > 0x20 }
    let isNamedJSON = saysJSON(name)
    let isNamedXML = says(name, ["xml"])
    let beginsJSON = first == 0x7B || first == 0x5B
    guard beginsJSON || isNamedJSON || isNamedXML else {
      if isWhole, let found = latest?.table(of: text, stated) {
        findings.layout = .delimited(found.layout)
        findings.steps += found.steps
        return
      }
      let pattern = DelimitedDetector.detect(text, isWhole: isWhole, stated, into: &findings)
      if let pattern { latest?.keep(pattern) }
      return
    }
    let failure: FormatError
    do {
      if isNamedXML && !beginsJSON {
        return try readXML(text, isWhole: isWhole, stated, into: &findings)
      }
      // Files of JSON lines that were put one behind the other may each have begun with a mark.
      let text = InnerMarks.removed(from: text)
      let isNamedLines = says(name, lineNames)
      return try readJSON(text, isWhole: isWhole, stated, namedLines: isNamedLines, into: &findings)
    } catch {
      failure = error
    }
    // `[a];[b]` is a table, and so is a table that was named otherwise; a broken document is not.
    var table = findings
    DelimitedDetector.detect(text, isWhole: isWhole, stated, into: &table)
    guard case .delimited(let layout) = table.layout, layout.names.count > 1,
      table.confidence > Findings.certain, !hasKeys(text)
    else { throw failure }
    findings = table
    if isNamedJSON || isNamedXML {
      let doubt = "the name says \(isNamedJSON ? "JSON" : "XML"), the content is none"
      findings.steps.append(Finding("name", "mismatch", confidence: 1, evidence: [doubt]))
    }
  }

  /// What files of JSON lines are called.
  private static let lineNames = ["jsonl", "ndjson"]

  /// Whether a file is called JSON, packed or not: a hint, where the content alone would say little.
  ///
  /// `lines` says whether JSON lines count, too.
  static func saysJSON(_ name: [UInt8], lines: Bool = true) -> Bool {
    says(name, ["json", "geojson"]) || lines && says(name, lineNames)
  }

  /// Whether one of the words ends a file's name, packed or not.
  private static func says(_ name: [UInt8], _ words: [String]) -> Bool {
    name.split(separator: UInt8(ascii: ".")).dropFirst().suffix(2).contains { part in
      words.contains { $0.utf8.elementsEqual(part.lazy.map(lowered)) }
    }
  }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }

  /// Reads the text as what it is stated to be.
  private static func read(
    _ text: [UInt8],
    isWhole: Bool,
    as format: StatedLayout.Format,
    _ stated: StatedLayout,
    into findings: inout Findings
  ) throws(FormatError) {
    switch format {
    case .csv: DelimitedDetector.detect(text, isWhole: isWhole, stated, into: &findings)
    case .json, .ndjson: try readJSON(text, isWhole: isWhole, stated, into: &findings)
    case .xml: try readXML(text, isWhole: isWhole, stated, into: &findings)
    }
    guard let step = findings.steps.firstIndex(where: { $0.what == "format" }) else { return }
    findings.steps[step].confidence = 1
    findings.steps[step].evidence = ["stated"]
  }

  private static func readXML(
    _ text: [UInt8],
    isWhole: Bool,
    _ stated: StatedLayout,
    into findings: inout Findings
  ) throws(FormatError) {
    let path = stated.records.flatMap { XMLLayout(text: $0) }
    var earlier: XMLLayout?
    if case .xml(let layout) = stated.earlier { earlier = layout }
    let shape = try XMLShapeFinder.find(
      in: text,
      isWhole: isWhole,
      prior: earlier,
      stated: path
    )
    findings.layout = .xml(shape.layout)
    add("XML", at: shape.layout.text, shape.confidence, shape.evidence, to: &findings)
  }

  private static func readJSON(
    _ text: [UInt8],
    isWhole: Bool,
    _ stated: StatedLayout,
    namedLines: Bool = false,
    into findings: inout Findings
  ) throws(FormatError) {
    var place: JSONLayout.Shape? = stated.format == .ndjson ? .lines : nil
    if let (path, isKeyed) = stated.records.flatMap({ JSONLayout.steps(from: $0) }) {
      place = isKeyed ? .keyed(path) : .array(path)
    }
    var earlier: JSONLayout?
    if case .json(let layout) = stated.earlier { earlier = layout }
    let shape = try JSONShapeFinder.find(
      in: text,
      isWhole: isWhole,
      prior: earlier,
      stated: place,
      namedLines: namedLines
    )
    findings.layout = .json(shape.layout)
    add("JSON", at: shape.layout.text, shape.confidence, shape.evidence, to: &findings)
  }

  private static func add(
    _ format: String,
    at path: String,
    _ confidence: Double,
    _ evidence: [String],
    to findings: inout Findings
  ) {
    findings.steps.append(Finding("format", format, confidence: 0.99))
    var records = Finding("records", path, confidence: confidence, evidence: evidence)
    if confidence < Findings.certain {
      records.doubts.append("others could be meant; state `records` in the feed's settings")
    }
    findings.steps.append(records)
  }

  /// `<` and a name, `<?xml`, `<!DOCTYPE`, `<!--`.
  static func beginsMarkup(_ text: [UInt8]) -> Bool {
    guard let at = text.firstIndex(where: { $0 > 0x20 }), text[at] == 0x3C, at + 1 < text.count
    else { return false }
    let next = text[at + 1]
    return next == 0x3F || next == 0x21 || next == 0x5F || next >= 0x80
      || (0x61...0x7A).contains(next | 0x20)
  }

  /// A `{` or `[` with a string behind it, as only JSON begins.
  private static func hasKeys(_ text: [UInt8]) -> Bool {
    let signs = text.lazy.filter { $0 > 0x20 }.prefix(3)
    return signs.dropFirst().first == 0x22 || signs.dropFirst(2).first == 0x22
  }
}
