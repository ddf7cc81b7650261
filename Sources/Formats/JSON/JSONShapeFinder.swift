import Bytes
import Records

/// Where a document's records were found to lie, and why.
public struct JSONShape: Sendable, Hashable {
  /// Where they lie.
  public var layout: JSONLayout
  /// How sure that is, from 0 to 1.
  public var confidence: Double
  /// What was seen, each in a few words.
  public var evidence: [String]

  /// A finding.
  public init(_ layout: JSONLayout, confidence: Double, evidence: [String]) {
    self.layout = layout
    self.confidence = confidence
    self.evidence = evidence
  }
}

/// Finds the records in JSON by its first bytes: the repeated objects that carry most of them.
public enum JSONShapeFinder: Sendable {
  /// Finds the layout of content that begins with `sample`.
  ///
  /// The sample may end anywhere; `isWhole` says that it is all there is. A layout that the feed
  /// had before holds as long as the content has it; a place that is `stated` holds in any case. Content
  /// that is `namedLines` need not show by many lines that it is such.
  ///
  /// - Throws: `FormatError` where the content is not JSON.
  public static func find(
    _ sample: UnsafeBufferPointer<UInt8>,
    isWhole: Bool,
    prior: JSONLayout? = nil,
    stated: JSONLayout.Shape? = nil,
    namedLines: Bool = false
  ) throws(FormatError) -> JSONShape {
    let copy = ByteBuffer(capacity: sample.count)
    if let base = sample.baseAddress { unsafe copy.append(base, sample.count) }
    // Safe: the buffer has slack behind its bytes, which is zero.
    let cursor = unsafe JSONCursor(
      UnsafePointer(copy.base),
      from: sample.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0,
      to: copy.count
    )
    do throws(JSONFault) {
      let isLines = namedLines || prior?.shape == .lines
      return try find(cursor, isWhole: isWhole, prior: prior, stated: stated, isLines: isLines)
    } catch {
      let place = cursor.position(of: error.at)
      throw .notWellFormed(
        format: "JSON",
        line: place.line,
        column: place.column,
        found: error.found
      )
    }
  }

  private static func find(
    _ start: JSONCursor,
    isWhole: Bool,
    prior: JSONLayout?,
    stated: JSONLayout.Shape?,
    isLines: Bool
  ) throws(JSONFault) -> JSONShape {
    let lines = JSONLines(start, isWhole: isWhole)
    var cursor = start
    cursor.skipSpace()
    guard cursor.at < cursor.end, isWhole || cursor.end >= 3 else {
      return JSONShape(JSONLayout(.lines), confidence: 0, evidence: ["nothing but white space"])
    }
    if stated == .lines { return lines.statedShape }
    if let stated {
      var outline = JSONOutline()
      try outline.follow(&cursor)
      return JSONShapeChoice(outline, total: cursor.end - start.at, prior: nil).shape(at: stated)
    }
    if isLines, lines.good >= max(lines.bad, 1) { return lines.shape }
    if lines.isSequence { return lines.shape }
    var outline = JSONOutline()
    try outline.follow(&cursor)
    cursor.skipSpace()
    if !outline.isOpen, cursor.at < cursor.end {
      let next = cursor.byte
      guard next == UInt8(ascii: "{") || next == UInt8(ascii: "[") else {
        throw .syntax(at: cursor.at, "text behind the document")
      }
      let element: JSONLayout.Element =
        outline.containers.first?.isObject == true
        ? .object : .tuple(names: [])
      return JSONShape(
        JSONLayout(.values, of: element),
        confidence: 0.9,
        evidence: ["values one after another, over several lines"]
      )
    }
    return JSONShapeChoice(outline, total: cursor.end - start.at, prior: prior).shape
  }
}

/// Whether the lines of content are values of their own.
private struct JSONLines {
  private(set) var good = 0
  private(set) var bad = 0
  private var objects = 0
  private var arrays = 0

  /// Most lines looked at.
  private static let limit = 200

  init(_ start: JSONCursor, isWhole: Bool) {
    var at = start.at
    var checker = JSONFragment(limit: 512)
    while at < start.end, good + bad < Self.limit {
      var end = at
      while end < start.end, start[end] != 0x0A { end += 1 }
      if end == start.end, !isWhole { break }
      var line = unsafe JSONCursor(start.base, from: at, to: end)
      line.skipSpaceToEnd()
      if line.at < end { take(&line, &checker) }
      at = end + 1
    }
  }

  private mutating func take(_ line: inout JSONCursor, _ checker: inout JSONFragment) {
    let first = line.byte
    do throws(JSONFault) {
      try checker.check(&line)
      line.skipSpaceToEnd()
      // What a comma follows is an element of something larger.
      let isAlone =
        line.at >= line.end || line.byte == UInt8(ascii: "{") || line.byte == UInt8(ascii: "[")
      if !isAlone { throw .syntax(at: line.at, "text behind the value") }
    } catch  where error.code == .invalidJSON {
      bad += 1
      return
    } catch {}
    good += 1
    if first == UInt8(ascii: "{") { objects += 1 }
    if first == UInt8(ascii: "[") { arrays += 1 }
  }

  /// Whether most of several lines, of objects or arrays, are values of their own.
  var isSequence: Bool { good > 1 && good > bad && objects + arrays > bad }

  /// The shape where lines are stated: what does not fit is rejected, line by line.
  var statedShape: JSONShape {
    JSONShape(shape.layout, confidence: 1, evidence: ["stated: a value a line"])
  }

  var shape: JSONShape {
    let element: JSONLayout.Element =
      objects > 0 ? .object : arrays > 0 ? .tuple(names: []) : .value
    var evidence = ["\(good) of the first \(good + bad) lines are a value each"]
    if objects > 0, objects < good { evidence.append("\(good - objects) of them are no objects") }
    return JSONShape(
      JSONLayout(.lines, of: element),
      confidence: Double(good) / Double(max(good + bad, 1)),
      evidence: evidence
    )
  }
}

extension JSONCursor {
  /// Line and column of a place, both counted from 1.
  fileprivate func position(of place: Int) -> (line: UInt64, column: UInt64) {
    var line: UInt64 = 1
    var start = 0
    for index in 0..<place where self[index] == 0x0A {
      line += 1
      start = index + 1
    }
    return (line, UInt64(characters(from: start, to: place) + 1))
  }
}
