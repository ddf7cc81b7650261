import Bytes
import CKernels
import Records

/// Collects one record's elements and writes them as a row when the record ends.
///
/// How this works: each element and attribute becomes a node that knows its path; nodes of one
/// path under one parent are chained. At the
/// record's end each chain below it becomes a cell: its text, or a canonical fragment.
@safe
struct XMLRecordBuilder {
  /// One element or attribute of the record.
  struct Node {
    let path: Int32
    let parent: Int32
    /// The children, in a chain; -1 where there is none.
    var firstChild: Int32 = -1
    var lastChild: Int32 = -1
    var nextSibling: Int32 = -1
    /// The next node of the same path under the same parent.
    var nextAlike: Int32 = -1
    /// Whether it is the first of those.
    var isFirst = true
    var hasElements = false
    /// Its runs of text, in a chain; -1 where there is none.
    var firstRun: Int32 = -1
    var lastRun: Int32 = -1
  }

  /// A run of an element's text: what no child stands within.
  struct Run {
    /// Where it lies in `text`.
    let start: Int
    var count: Int
    var next: Int32 = -1
  }

  var paths = XMLPaths()
  private(set) var nodes: [Node] = []
  private(set) var runs: [Run] = []
  private var number: UInt32 = 0
  /// The element that is open, and whether text still belongs to its last run.
  private var open: Int32 = -1
  private var isRunOpen = false
  let limits: FormatLimits
  /// The names of the columns so far, in the order met.
  var names: [[UInt8]]
  var textColumn: Int32 = -1
  /// Why the record cannot be taken.
  var fault: (code: RejectCode, found: String)?
  /// Whether a fact was met that the layout did not hold.
  private(set) var hasNewFacts = false
  /// The record's text, as it comes.
  var text = ByteArena(capacity: 1 << 14)
  /// Nested values, before they go to the rows.
  var output = ByteArena(capacity: 1 << 12)
  /// Members of the objects that are being written, a stack.
  var order: [Int32] = []

  /// The name of an element's own text, as bytes that stay where they are.
  var textLabel = ByteArena(capacity: 64)

  static let textName = Array("#text".utf8)
  /// Most different elements and attributes.
  private static let pathLimit = 200_000

  init(layout: XMLLayout, names: [[UInt8]], limits: FormatLimits) {
    self.limits = limits
    self.names = names
    textLabel.put("#text")
    for steps in layout.arrays { paths[path(steps)].isArray = true }
    for steps in layout.structured { paths[path(steps)].isStructured = true }
    for steps in layout.attributeClashes {
      paths[path(steps, isAttribute: true)].isClash = true
      paths[path(steps)].isClash = true
    }
  }

  /// Whether an element of a record is open.
  var isInRecord: Bool { open >= 0 }

  /// What the records have shown of their elements.
  func facts(recordPath: [String]) -> XMLLayout {
    var layout = XMLLayout(recordPath: recordPath)
    for path in 1..<max(1, Int32(paths.count)) {
      let known = paths[path]
      if known.isArray { layout.arrays.insert(paths.steps(to: path)) }
      if known.isStructured { layout.structured.insert(paths.steps(to: path)) }
      if known.isClash { layout.attributeClashes.insert(paths.steps(to: path)) }
    }
    return layout
  }

  private mutating func path(_ steps: [String], isAttribute: Bool = false) -> Int32 {
    var parent: Int32 = 0
    for (index, step) in steps.enumerated() {
      let isLast = index == steps.count - 1
      let bytes = ByteBuffer(capacity: 64)
      bytes.append(contentsOf: Array(step.utf8))
      // Safe: the buffer outlives the calls.
      let name = unsafe UnsafePointer(bytes.base)
      parent =
        unsafe paths.find(name, bytes.count, of: parent, isAttribute: isLast && isAttribute)
        ?? paths.add(name, bytes.count, to: parent, isAttribute: isLast && isAttribute)
    }
    return parent
  }

  // MARK: what the parser reports

  /// A record's own element begins.
  mutating func beginRecord() {
    number &+= 1
    nodes.removeAll(keepingCapacity: true)
    runs.removeAll(keepingCapacity: true)
    text.cut(to: 0)
    nodes.append(Node(path: 0, parent: -1))
    open = 0
    isRunOpen = false
    fault = nil
  }

  /// An element below the record begins; false where there are too many different ones.
  mutating func begin(_ name: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    nodes[Int(open)].hasElements = true
    guard let node = unsafe add(name, count, isAttribute: false) else { return false }
    open = node
    isRunOpen = false
    return true
  }

  /// An attribute of the element that has just begun.
  mutating func attribute(
    _ name: UnsafePointer<UInt8>,
    _ count: Int,
    _ value: UnsafePointer<UInt8>,
    _ valueCount: Int
  ) -> Bool {
    guard let node = unsafe add(name, count, isAttribute: true) else { return false }
    unsafe take(value, valueCount, node)
    return true
  }

  /// Text of the element that is open.
  mutating func addText(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    guard isRunOpen else {
      unsafe take(bytes, count, open)
      isRunOpen = true
      return
    }
    let run = Int(nodes[Int(open)].lastRun)
    guard runs[run].count + count <= limits.fieldBytes else { return tooLong() }
    unsafe text.append(bytes, count)
    runs[run].count += count
  }

  /// The open element ends; true where it was the record's own.
  mutating func end() -> Bool {
    isRunOpen = false
    open = nodes[Int(open)].parent
    return open < 0
  }

  /// Bytes that the record holds so far.
  var size: Int {
    text.count + nodes.count * MemoryLayout<Node>.stride
      + runs.count * MemoryLayout<Run>.stride
  }

  private mutating func tooLong() {
    fault = (.fieldTooLong, "an element's text is longer than \(limits.fieldBytes) bytes")
  }

  private mutating func take(
    _ bytes: UnsafePointer<UInt8>,
    _ count: Int,
    _ node: Int32
  ) {
    let run = Int32(runs.count)
    runs.append(Run(start: text.count, count: 0))
    if nodes[Int(node)].lastRun < 0 {
      nodes[Int(node)].firstRun = run
    } else {
      runs[Int(nodes[Int(node)].lastRun)].next = run
    }
    nodes[Int(node)].lastRun = run
    guard count <= limits.fieldBytes else { return tooLong() }
    unsafe text.append(bytes, count)
    runs[Int(run)].count = count
  }

  /// Adds a node under the open one, and notes what that shows of its path.
  private mutating func add(
    _ name: UnsafePointer<UInt8>,
    _ count: Int,
    isAttribute: Bool
  ) -> Int32? {
    let parent = nodes[Int(open)]
    guard let path = unsafe path(name, count, under: parent, isAttribute: isAttribute) else {
      return nil
    }
    if parent.path > 0, !paths[parent.path].isStructured {
      paths[parent.path].isStructured = true
      hasNewFacts = true
    }
    let node = Int32(nodes.count)
    nodes.append(Node(path: path, parent: open))
    if parent.lastChild < 0 {
      nodes[Int(open)].firstChild = node
    } else {
      nodes[Int(parent.lastChild)].nextSibling = node
    }
    nodes[Int(open)].lastChild = node
    let known = paths[path]
    if known.record == number, known.lastParent == open {
      nodes[Int(known.lastNode)].nextAlike = node
      nodes[Int(node)].isFirst = false
      if !known.isArray {
        paths[path].isArray = true
        hasNewFacts = true
      }
    }
    paths[path].record = number
    paths[path].lastParent = open
    paths[path].lastNode = node
    return node
  }

  /// The path of a child: most often the one that stood there last time.
  private mutating func path(
    _ name: UnsafePointer<UInt8>,
    _ count: Int,
    under parent: Node,
    isAttribute: Bool
  ) -> Int32? {
    let last = parent.lastChild < 0 ? -1 : nodes[Int(parent.lastChild)].path
    let guess = last < 0 ? paths[parent.path].first : paths[last].next
    if guess >= 0,
      unsafe paths.isChild(guess, of: parent.path, name, count, isAttribute: isAttribute)
    {
      return guess
    }
    var found = unsafe paths.find(name, count, of: parent.path, isAttribute: isAttribute)
    if found == nil {
      guard paths.count < Self.pathLimit else { return nil }
      found = unsafe addPath(name, count, to: parent.path, isAttribute: isAttribute)
    }
    guard let path = found else { return nil }
    if last < 0 {
      paths[parent.path].first = path
    } else {
      paths[last].next = path
    }
    return path
  }

  private mutating func addPath(
    _ name: UnsafePointer<UInt8>,
    _ count: Int,
    to parent: Int32,
    isAttribute: Bool
  ) -> Int32 {
    let path = unsafe paths.add(name, count, to: parent, isAttribute: isAttribute)
    if let other = unsafe paths.find(name, count, of: parent, isAttribute: !isAttribute) {
      paths[path].isClash = true
      paths[other].isClash = true
      hasNewFacts = true
    }
    return path
  }
}
