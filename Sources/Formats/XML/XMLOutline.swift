import Bytes

/// The elements of a document's beginning by their paths: how often each stands, and its bytes.
final class XMLOutline: XMLSink {
  /// What was seen of one path.
  struct Element {
    /// Elements of the path.
    var count = 0
    /// Bytes from their start tags to their end tags.
    var bytes = 0
    /// Most of them under one parent.
    var most = 0
    /// How many stand under the parent that held the last one, and which parent that was.
    fileprivate var current = 0
    fileprivate var parent = -1
  }

  private struct Open {
    let path: Int32
    let start: Int
    let number: Int
  }

  private(set) var paths = XMLPaths()
  private(set) var elements: [Element] = [Element()]
  private var open: [Open] = []
  private var number = 0
  /// Most different paths looked at.
  private static let limit = 50_000

  /// Counts the elements that are still open up to `end`.
  func finish(at end: Int) {
    for element in open where element.path >= 0 {
      elements[Int(element.path)].bytes += max(0, end - element.start)
    }
    open.removeAll()
  }

  func elementBegins(_ name: XMLName, _ attributes: XMLAttributes, at place: Int) -> Bool {
    number += 1
    let parent = open.last ?? Open(path: 0, start: 0, number: 0)
    var path: Int32 = -1
    if parent.path >= 0 {
      // Safe: names are looked at only while they are reported.
      let known = unsafe paths.find(name.base, name.count, of: parent.path, isAttribute: false)
      if let known {
        path = known
      } else if paths.count < Self.limit {
        path = unsafe paths.add(name.base, name.count, to: parent.path, isAttribute: false)
        elements.append(Element())
      }
    }
    open.append(Open(path: path, start: place, number: number))
    if path >= 0 { note(Int(path), under: parent.number) }
    return true
  }

  func elementEnds(at end: Int) -> Bool {
    guard let element = open.popLast(), element.path >= 0 else { return true }
    elements[Int(element.path)].bytes += max(0, end - element.start)
    return true
  }

  func text(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool { true }

  private func note(_ path: Int, under parent: Int) {
    elements[path].count += 1
    elements[path].current = elements[path].parent == parent ? elements[path].current + 1 : 1
    elements[path].parent = parent
    elements[path].most = max(elements[path].most, elements[path].current)
  }
}
