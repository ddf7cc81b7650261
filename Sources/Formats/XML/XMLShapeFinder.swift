import Bytes

/// Where a document's records were found to lie, and why.
public struct XMLShape: Sendable, Hashable {
  /// Where they lie, with what the sample shows of their elements.
  public var layout: XMLLayout
  /// How sure that is, from 0 to 1.
  public var confidence: Double
  /// What was seen, each in a few words.
  public var evidence: [String]
}

/// Finds the records in XML by its first bytes: the repeated element that carries most of them.
public enum XMLShapeFinder: Sendable {
  /// Finds the layout of the document that begins with `sample`.
  ///
  /// The sample may end anywhere; `isWhole` says that it is all there is. A layout that the feed
  /// had before holds as long as the document has it; its facts are kept in any case. One that is
  /// `stated` holds whatever the document has.
  ///
  /// - Throws: `FormatError` where the sample is not XML.
  public static func find(
    _ sample: UnsafeBufferPointer<UInt8>,
    isWhole: Bool,
    prior: XMLLayout? = nil,
    stated: XMLLayout? = nil,
    limits: FormatLimits = FormatLimits()
  ) throws(FormatError) -> XMLShape {
    let block = ByteBlock(capacity: sample.count + 1)
    if let base = sample.baseAddress { unsafe block.storage.append(base, sample.count) }
    block.end = isWhole ? sample.count : unsafe wholeCharacters(sample)
    block.isLast = isWhole
    let outline = XMLOutline()
    let parser = XMLParser(outline, limits: limits)
    do throws(XMLFault) {
      try parser.parse(block)
      if isWhole, !parser.isComplete { throw .endsEarly(at: block.end) }
    } catch {
      // A sample may end anywhere.
      guard case .endsEarly = error, !isWhole else {
        throw error.formatError(in: block, limits: limits)
      }
    }
    outline.finish(at: sample.count)
    var shape =
      stated.map { XMLShape(layout: $0, confidence: 1, evidence: ["stated"]) }
      ?? XMLShapeChoice(outline, isWhole: isWhole, prior: prior).shape
    var facts = XMLFacts(shape.layout)
    try facts.join(XMLReader(layout: shape.layout, names: [], limits: limits).gather(block))
    shape.layout = facts.layout
    if let prior, prior.recordPath == shape.layout.recordPath {
      shape.layout = shape.layout.joined(with: prior)
    }
    return shape
  }

  /// The bytes of a sample up to a character that its end cuts off.
  private static func wholeCharacters(_ sample: UnsafeBufferPointer<UInt8>) -> Int {
    var count = sample.count
    // Safe: the place lies in the sample.
    while count > 0, sample.count - count < 3, unsafe sample[count - 1] & 0xC0 == 0x80 {
      count -= 1
    }
    guard count > 0, unsafe sample[count - 1] >= 0xC0 else { return sample.count }
    return count - 1
  }
}

/// The choice among the elements of an outline that may be a document's records.
private struct XMLShapeChoice {
  private let outline: XMLOutline
  private let isWhole: Bool
  private let prior: XMLLayout?
  private let total: Int
  /// How many different children each path has.
  private let children: [Int]

  init(_ outline: XMLOutline, isWhole: Bool, prior: XMLLayout?) {
    self.outline = outline
    self.isWhole = isWhole
    self.prior = prior
    total = max(1, outline.elements.count > 1 ? outline.elements[1].bytes : 1)
    var children = Array(repeating: 0, count: outline.paths.count)
    for path in 1..<max(1, Int32(outline.paths.count)) {
      children[Int(outline.paths[path].parent)] += 1
    }
    self.children = children
  }

  var shape: XMLShape {
    // Path 1 is the document's own element, where there is one yet.
    guard outline.paths.count > 1 else {
      return XMLShape(
        layout: prior ?? XMLLayout(recordPath: []),
        confidence: 0,
        evidence: ["no element in the sample"]
      )
    }
    if let prior, has(prior.recordPath) {
      return XMLShape(
        layout: XMLLayout(recordPath: prior.recordPath),
        confidence: 0.95,
        evidence: ["the feed's earlier drops had it"]
      )
    }
    guard let best = candidates.max(by: { weight($0) < weight($1) }) else {
      return finding(1, ["no repeated element carries most of the document: it is one record"])
    }
    let element = outline.elements[Int(best)]
    let percent = Int((share(best) * 100).rounded())
    let count = isWhole ? "\(element.count)" : "\(element.count) or more"
    return finding(best, ["it stands \(count) times, with \(percent) % of the bytes"])
  }

  private func finding(_ path: Int32, _ evidence: [String]) -> XMLShape {
    let layout = XMLLayout(recordPath: outline.paths.steps(to: path))
    return XMLShape(
      layout: layout,
      confidence: path == 1 ? 0.7 : share(path),
      evidence: ["record \(layout.text)"] + evidence
    )
  }

  /// Elements that may be records, none within another.
  private var candidates: [Int32] {
    var found: [Int32] = []
    var inner: Set<Int32> = []
    for path in 2..<max(2, Int32(outline.paths.count)) {
      let parent = outline.paths[path].parent
      if inner.contains(parent) {
        inner.insert(path)
        continue
      }
      if isRecord(path) {
        found.append(path)
        inner.insert(path)
      }
    }
    return found
  }

  private func isRecord(_ path: Int32) -> Bool {
    let element = outline.elements[Int(path)]
    let name = outline.paths.localName(of: path)
    let parent = outline.paths[path].parent
    if isAlwaysRecord(name, parent) { return true }
    let isOnly = siblings(of: path) == 0
    if element.most < 2 {
      // A list that happens to hold one.
      return isOnly && share(path) >= 0.5 && isItem(name, of: outline.paths.localName(of: parent))
    }
    // Where much else stands beside it, the document is about more than its rows.
    let needed = siblings(of: path) + cousins(of: parent) > 3 ? 0.85 : 0.4
    return share(path) >= needed
  }

  private func weight(_ path: Int32) -> Double {
    let name = outline.paths.localName(of: path)
    return share(path) + (isAlwaysRecord(name, outline.paths[path].parent) ? 1 : 0)
  }

  private func share(_ path: Int32) -> Double {
    min(1, Double(outline.elements[Int(path)].bytes) / Double(total))
  }

  /// Different elements beside a path, under the same parent.
  private func siblings(of path: Int32) -> Int {
    children[Int(outline.paths[path].parent)] - 1
  }

  /// Different elements beside those that lead to a path.
  private func cousins(of path: Int32) -> Int {
    var count = 0
    var at = path
    while at > 1 {
      count += siblings(of: at)
      at = outline.paths[at].parent
    }
    return count
  }

  private func has(_ steps: [String]) -> Bool {
    (1..<Int32(outline.paths.count)).contains { path in outline.paths.steps(to: path) == steps }
  }

  /// Elements that well-known formats hold their records in, however few there are.
  private func isAlwaysRecord(_ name: String, _ parent: Int32) -> Bool {
    let parentName = outline.paths.localName(of: parent)
    switch name {
    case "Ntry": return ["Stmt", "Rpt", "Ntfctn"].contains(parentName)
    case "item": return ["channel", "RDF"].contains(parentName)
    case "entry": return parentName == "feed"
    default: return false
    }
  }

  /// Whether the name is that of one thing in a list of that name: `row` in `rows`.
  private func isItem(_ name: String, of list: String) -> Bool {
    let name = name.lowercased()
    let list = list.lowercased()
    if ["row", "record", "item", "entry", "element"].contains(name) { return true }
    return [name + "s", name + "es", name + "list", name + "set", "arrayof" + name].contains(list)
      || (name.hasSuffix("y") && list == name.dropLast() + "ies")
  }
}
