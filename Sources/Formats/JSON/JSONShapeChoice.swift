import Records

/// The choice among the places of an outline where a document's records may lie.
struct JSONShapeChoice {
  private let containers: [JSONOutline.Container]
  private let isOpen: Bool
  private let total: Int
  private let prior: JSONLayout?

  init(_ outline: JSONOutline, total: Int, prior: JSONLayout?) {
    containers = outline.containers
    isOpen = outline.isOpen
    self.total = max(total, 1)
    self.prior = prior
  }

  /// One place where the records may lie.
  private struct Candidate {
    var layout: JSONLayout
    var container: JSONOutline.Container
    /// Part of the document's bytes it carries.
    var share: Double
  }

  /// The place chosen, with the evidence.
  var shape: JSONShape {
    guard let root = containers.first else {
      let layout = JSONLayout(.document, of: .value)
      return JSONShape(layout, confidence: 1, evidence: ["a single value"])
    }
    if let kept = fromPrior() { return kept }
    if !root.isObject, let shape = ofTopArray(root) { return shape }
    let candidates = containers.compactMap(candidate)
    guard let best = candidates.max(by: { weight($0) < weight($1) }), isConvincing(best) else {
      return JSONShape(
        JSONLayout(.document),
        confidence: candidates.isEmpty ? 0.9 : 0.6,
        evidence: ["no repeated objects carry most of the document: it is one record"]
      )
    }
    return finding(best, among: candidates)
  }

  /// The records at a place that is stated, whatever the document shows elsewhere.
  func shape(at place: JSONLayout.Shape) -> JSONShape {
    let evidence = ["stated"]
    var layout = JSONLayout(place)
    switch place {
    case .array(let path):
      let found = containers.first { $0.path == path }
      if let found, !found.isObject { layout = self.layout(of: found) ?? layout }
      // The document itself, where it is an object, is one record.
      if let found, found.isObject, path.isEmpty { layout = JSONLayout(.document) }
    case .keyed(let path):
      if let found = containers.first(where: { $0.path == path && $0.isObject }),
        found.objects * 2 < found.count
      {
        layout.element = .value
      }
    case .lines, .values, .document: break
    }
    return JSONShape(layout, confidence: 1, evidence: evidence)
  }

  /// The feed's own layout, where the document has it.
  private func fromPrior() -> JSONShape? {
    guard let prior, let root = containers.first else { return nil }
    let evidence = ["the feed's earlier drops had it"]
    switch prior.shape {
    case .lines, .values: return nil
    case .document:
      guard root.isObject else { return nil }
      return JSONShape(prior, confidence: 0.95, evidence: evidence)
    case .array(let path), .keyed(let path):
      let isKeyed = if case .keyed = prior.shape { true } else { false }
      guard let place = containers.first(where: { $0.path == path && $0.isObject == isKeyed })
      else { return nil }
      // Names that stand apart from the rows are the document's own.
      var layout = prior
      if case .tuple = prior.element { layout = tuples(place) ?? prior }
      return JSONShape(layout, confidence: 0.95, evidence: evidence)
    }
  }

  private func ofTopArray(_ root: JSONOutline.Container) -> JSONShape? {
    if root.count <= 3, root.arrays == 1, root.objects > 0 {
      // An element about the rows, then the rows.
      let inner = containers.dropFirst().filter { $0.path.count == 1 && !$0.isObject }
      if let rows = inner.compactMap(candidate).max(by: { $0.share < $1.share }),
        rows.share > 0.5
      {
        return finding(rows, among: [rows])
      }
    }
    guard let layout = layout(of: root) else { return nil }
    let found = Candidate(layout: layout, container: root, share: 1)
    return finding(found, among: [found])
  }

  private func candidate(_ container: JSONOutline.Container) -> Candidate? {
    guard let layout = layout(of: container) else { return nil }
    var share = Double(container.bytes) / Double(total)
    // What goes on behind the sample carries all that is to come.
    if container.isOpen { share = max(share, 0.9) }
    if !container.isObject, container.objects == 0, container.arrays == 0 { return nil }
    return Candidate(layout: layout, container: container, share: min(share, 1))
  }

  /// How the records would lie in a container; nil where none would.
  private func layout(of container: JSONOutline.Container) -> JSONLayout? {
    if container.isObject { return keyed(container) }
    if container.count == 0 || container.objects * 2 >= container.count {
      return container.count == 0 && !container.path.isEmpty
        ? nil : JSONLayout(.array(container.path))
    }
    if container.arrays * 2 > container.count { return tuples(container) }
    return container.objects > 0
      ? JSONLayout(.array(container.path)) : JSONLayout(.array(container.path), of: .value)
  }

  private func keyed(_ container: JSONOutline.Container) -> JSONLayout? {
    if container.objects >= 3, container.objects * 10 >= container.count * 9,
      container.likeness >= 0.5
    {
      return JSONLayout(.keyed(container.path))
    }
    // A long list of like scalars is a map too, not a record of a hundred columns.
    if container.path.isEmpty, container.count >= 100, container.strings == container.count {
      return JSONLayout(.keyed([]), of: .value)
    }
    return nil
  }

  /// Rows that are arrays: their names stand in the first of them, or apart, or nowhere.
  private func tuples(_ container: JSONOutline.Container) -> JSONLayout? {
    guard let width = container.width else { return nil }
    let shape = JSONLayout.Shape.array(container.path)
    if let names = namesApart(width, from: container) {
      return JSONLayout(shape, of: .tuple(names: unique(names)))
    }
    if let header = container.header, header.count == width, container.count > 1,
      container.hasOtherRows, Set(header).count == width
    {
      return JSONLayout(shape, of: .tuple(names: unique(header)), hasHeader: true)
    }
    return JSONLayout(shape, of: .tuple(names: []))
  }

  /// An array elsewhere of as many names as the rows have elements.
  private func namesApart(_ width: Int, from rows: JSONOutline.Container) -> [[UInt8]]? {
    for other in containers where !other.isObject && other.path != rows.path {
      guard other.count == width, !other.isOpen else { continue }
      if other.texts.count == width { return other.texts }
      guard other.objects == width else { continue }
      for label in JSONOutline.labelNames {
        if let names = other.labels[label], names.count == width { return names }
      }
    }
    return nil
  }

  private func unique(_ names: [[UInt8]]) -> [[UInt8]] {
    ColumnNames.canonical(names.map { String(decoding: $0, as: UTF8.self) }).map { Array($0.utf8) }
  }

  /// Outer before inner where both carry the same, arrays before maps.
  private func weight(_ candidate: Candidate) -> Double {
    var weight = candidate.share
    if candidate.container.isObject { weight *= 0.85 }
    if hasNames(candidate) { weight += 1 }
    if candidate.container.objects > 0 { weight *= 0.7 + 0.3 * candidate.container.likeness }
    return weight
  }

  /// Whether its rows are arrays whose columns are named: nothing but a table is written so.
  private func hasNames(_ candidate: Candidate) -> Bool {
    guard case .tuple(let names) = candidate.layout.element else { return false }
    return !names.isEmpty && candidate.container.arrays > 1
  }

  private func isConvincing(_ candidate: Candidate) -> Bool {
    let container = candidate.container
    if candidate.share >= 0.8 || hasNames(candidate) { return true }
    // An object without values of its own is an envelope.
    if candidate.share >= 0.4, container.count > 1, containers.first?.scalars == 0 { return true }
    if candidate.share >= 0.5, container.count >= 5 || isUsual(container) { return true }
    return candidate.share >= 0.3 && isUsual(container) && (hasPaging || container.arrays > 0)
  }

  /// Whether the array has a name under which services hand out records.
  private func isUsual(_ container: JSONOutline.Container) -> Bool {
    guard case .member(let name) = container.path.last else { return false }
    let names: Set = [
      "data", "results", "result", "items", "records", "rows", "features", "value", "values",
      "entries", "hits", "children", "list", "docs", "objects", "content", "elements", "response",
    ]
    return names.contains(String(decoding: name, as: UTF8.self).lowercased())
  }

  /// Whether the document counts or pages something.
  private var hasPaging: Bool {
    let words: Set = [
      "count", "total", "next", "previous", "limit", "offset", "page", "pages", "total_count",
      "totalResults", "meta", "metadata", "paging", "pagination", "links",
    ]
    return containers.first.map { root in
      root.isObject && root.memberNames.contains { words.contains($0) }
    } ?? false
  }

  private func finding(_ chosen: Candidate, among candidates: [Candidate]) -> JSONShape {
    let container = chosen.container
    let percent = Int((chosen.share * 100).rounded())
    var evidence = [
      "\(chosen.layout.text) holds \(container.count)\(container.isOpen ? " or more" : "") "
        + "\(word(for: container)) and \(percent) % of the bytes"
    ]
    if container.objects > 1 {
      evidence.append("their members are alike to \(Int((container.likeness * 100).rounded())) %")
    }
    if case .tuple(let names) = chosen.layout.element {
      let place = chosen.layout.hasHeader ? "in the first of them" : "apart from them"
      evidence.append(names.isEmpty ? "nothing names their columns" : "their names stand \(place)")
    }
    for other in candidates where other.container.path != container.path && other.share >= 0.1 {
      guard !isWithin(other.container.path, container.path) else { continue }
      guard !isWithin(container.path, other.container.path) else { continue }
      let share = Int((other.share * 100).rounded())
      evidence.append("\(other.layout.text), with \(share) % of the bytes, is not read")
    }
    let alike = container.objects > 1 ? 0.7 + 0.3 * container.likeness : 1
    return JSONShape(chosen.layout, confidence: chosen.share * alike, evidence: evidence)
  }

  private func isWithin(_ inner: [JSONLayout.Step], _ outer: [JSONLayout.Step]) -> Bool {
    inner.starts(with: outer)
  }

  private func word(for container: JSONOutline.Container) -> String {
    if container.objects == container.count { return "objects" }
    if container.arrays == container.count { return "arrays" }
    return container.objects + container.arrays == 0 ? "single values" : "values"
  }
}
