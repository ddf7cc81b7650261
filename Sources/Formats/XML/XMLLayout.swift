/// Where the records lie in an XML document, and which of their elements are arrays and objects.
///
/// Paths are local names. What the sets hold is a matter of the whole document: an element that is
/// seen twice in one record is an array in every record. Paths in the sets begin below the record.
public struct XMLLayout: Sendable, Hashable {
  /// The names that lead to a record's element, the document's own element first.
  public var recordPath: [String]
  /// Elements that stand more than once under one parent in any record.
  public var arrays: Set<[String]>
  /// Elements that have attributes or children in any record.
  public var structured: Set<[String]>
  /// Attributes, by the path of their element and their name, that an element shares its name with.
  public var attributeClashes: Set<[String]>

  /// A layout of records at that path.
  public init(
    recordPath: [String],
    arrays: Set<[String]> = [],
    structured: Set<[String]> = [],
    attributeClashes: Set<[String]> = []
  ) {
    self.recordPath = recordPath
    self.arrays = arrays
    self.structured = structured
    self.attributeClashes = attributeClashes
  }

  /// The record path in its text form: names joined by `/`.
  public var text: String { recordPath.joined(separator: "/") }

  /// A layout without facts from the text form of its path; nil where that names nothing.
  public init?(text: String) {
    let names = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard !names.isEmpty, !names.contains("") else { return nil }
    self.init(recordPath: names)
  }

  /// The layout with the facts of both; the record path is this one's.
  public func joined(with other: XMLLayout) -> XMLLayout {
    XMLLayout(
      recordPath: recordPath,
      arrays: arrays.union(other.arrays),
      structured: structured.union(other.structured),
      attributeClashes: attributeClashes.union(other.attributeClashes)
    )
  }
}
