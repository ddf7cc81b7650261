// What a feed's drops have shown of their layout, as text that the next drop is read with: where the
// records lie, and which elements are arrays. Only what a document can show anew is kept.

extension Layout {
  /// The layout in a form to be kept, a line a fact; nil where there is nothing worth keeping.
  public var memory: String? {
    switch self {
    case .empty, .delimited: return nil
    case .json(let layout):
      guard case .object = layout.element else { return nil }
      switch layout.shape {
      case .array(let path) where !path.isEmpty: return "json \(layout.text)"
      case .keyed(let path) where !path.isEmpty: return "json \(layout.text)"
      default: return nil
      }
    case .xml(let layout):
      func facts(_ word: String, _ paths: Set<[String]>) -> [String] {
        paths.map { "\(word) \($0.joined(separator: "/"))" }.sorted()
      }
      let lines =
        ["xml \(layout.text)"] + facts("array", layout.arrays) + facts("object", layout.structured)
        + facts("attribute", layout.attributeClashes)
      return lines.joined(separator: "\n")
    }
  }

  /// The layout of that memory; nil where it is none.
  public init?(memory: String) {
    let facts = memory.split(separator: "\n").map { line in
      let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
      return (word: parts[0], path: parts.count > 1 ? parts[1] : "")
    }
    switch facts.first?.word {
    case "json":
      guard let (path, isKeyed) = JSONLayout.steps(from: facts[0].path) else { return nil }
      self = .json(JSONLayout(isKeyed ? .keyed(path) : .array(path)))
    case "xml":
      guard var layout = XMLLayout(text: facts[0].path) else { return nil }
      for fact in facts.dropFirst() {
        let path = fact.path.split(separator: "/").map(String.init)
        switch fact.word {
        case "array": layout.arrays.insert(path)
        case "object": layout.structured.insert(path)
        case "attribute": layout.attributeClashes.insert(path)
        default: return nil
        }
      }
      self = .xml(layout)
    default: return nil
    }
  }
}
