/// What records have shown of their elements, gathered over a document's blocks.
///
/// How this works: a layout's facts hold for the whole document, and blocks are read by several
/// readers. Each tells what its block was the first to show it; joined, in any order, that is what one reader
/// would have seen.
public struct XMLFacts: Sendable {
  /// Elements, by their paths, that stand twice under one parent, and those that hold others.
  public private(set) var layout: XMLLayout
  /// Paths that attributes, and that elements have.
  private var attributes: Set<[String]> = []
  private var elements: Set<[String]> = []
  /// Names in those paths.
  private var steps = 0
  /// The element that holds the records has been met.
  public private(set) var hasMetPlace = false
  private let assumed: XMLLayout

  /// No facts but those of a layout.
  public init(_ layout: XMLLayout) {
    self.layout = layout
    assumed = layout
  }

  /// Whether there is more than the layout held.
  public var isNew: Bool { layout != assumed }

  /// Most different elements and attributes.
  static let pathLimit = 200_000
  /// Most names in the paths that a reader tells of: deep paths to many elements cost memory.
  static let stepLimit = 500_000

  /// What one block showed first.
  public struct Report: Sendable {
    var arrays: [[String]] = []
    var structured: [[String]] = []
    var clashes: [[String]] = []
    var attributes: [[String]] = []
    var elements: [[String]] = []
    var hasMetPlace = false

    /// Whether there is nothing to tell.
    public var isEmpty: Bool {
      !hasMetPlace && arrays.isEmpty && structured.isEmpty && clashes.isEmpty
        && attributes.isEmpty && elements.isEmpty
    }
  }

  /// Takes what a block showed.
  ///
  /// - Throws: `FormatError` where there are more different elements than anybody's records have.
  public mutating func join(_ report: Report) throws(FormatError) {
    if report.hasMetPlace { hasMetPlace = true }
    layout.arrays.formUnion(report.arrays)
    layout.structured.formUnion(report.structured)
    layout.attributeClashes.formUnion(report.clashes)
    for path in report.attributes {
      if attributes.insert(path).inserted { steps += path.count }
      if elements.contains(path) { layout.attributeClashes.insert(path) }
    }
    for path in report.elements {
      if elements.insert(path).inserted { steps += path.count }
      if attributes.contains(path) { layout.attributeClashes.insert(path) }
    }
    guard attributes.count + elements.count <= Self.pathLimit, steps <= Self.stepLimit else {
      throw .tooManyColumns(count: attributes.count + elements.count, limit: Self.pathLimit)
    }
  }

  /// Says that the document has ended.
  ///
  /// - Throws: `FormatError.recordsNotFound` where what holds the records was never met.
  public func finish() throws(FormatError) {
    guard hasMetPlace else { throw .recordsNotFound(path: layout.text) }
  }
}
