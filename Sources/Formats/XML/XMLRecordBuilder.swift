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
  struct Node: BitwiseCopyable {
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
  struct Run: BitwiseCopyable {
    /// Where it lies: in the block's storage, or, where negative, at the place `~start` of `text`.
    var start: Int
    var count: Int
    var next: Int32 = -1
  }

  /// An element of plain text right below the record, as long as nothing asks for its node.
  struct Leaf: BitwiseCopyable {
    let path: Int32
    let count: Int32
    /// Where its text lies in the block's storage.
    let start: Int
  }

  var paths = XMLPaths()
  let nodes = FlatArray<Node>(capacity: 64)
  let runs = FlatArray<Run>(capacity: 64)
  /// Members that come behind the nodes' own.
  let leaves = FlatArray<Leaf>(capacity: 64)
  /// The bytes of the block that is read.
  private(set) var base: UnsafePointer<UInt8>
  private var blockEnd: UnsafePointer<UInt8>
  private(set) var number: UInt32 = 0
  /// The element that is open, and whether text still belongs to its last run.
  private(set) var open: Int32 = -1
  var isRunOpen = false
  let limits: FormatLimits
  /// The names of the columns so far, in the order met: the known ones, then the block's own.
  var names: [[UInt8]]
  /// How many were known.
  let fixedCount: Int
  /// The columns by their names.
  var columns: [[UInt8]: Int32] = [:]
  /// Paths that the block has given a column of its own.
  var newColumns: [Int32] = []
  var textColumn: Int32 = -1
  /// Why the record cannot be taken.
  var fault: (code: RejectCode, found: String)?
  /// What was met that was not told yet.
  private var report = XMLFacts.Report()
  private var hasMetPlace = false
  /// Names in the paths that were told so far.
  private var told = 0
  /// Text of the record that does not lie in the block as it is.
  var text = ByteArena(capacity: 1 << 10)
  /// Bytes of the record's text, wherever they lie.
  var textBytes = 0
  /// Nested values, before they go to the rows.
  var output = ByteArena(capacity: 1 << 12)
  /// Members of the objects that are being written, a stack.
  var order: [Int32] = []

  /// The name of an element's own text, as bytes that stay where they are.
  var textLabel = ByteArena(capacity: 64)

  static let textName = Array("#text".utf8)
  init(layout: XMLLayout, names: [[UInt8]], limits: FormatLimits) {
    self.limits = limits
    self.names = names
    fixedCount = names.count
    unsafe base = textLabel.pointer(at: 0)
    unsafe blockEnd = textLabel.pointer(at: 0)
    for (index, name) in names.enumerated() where columns[name] == nil {
      columns[name] = Int32(index)
    }
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

  /// What was met since the last time; the builder is then told of no more than it knows.
  mutating func takeReport() -> XMLFacts.Report {
    let found = report
    if !found.isEmpty { report = XMLFacts.Report() }
    return found
  }

  /// The element that holds the records has been met.
  mutating func notePlace() {
    if hasMetPlace { return }
    hasMetPlace = true
    report.hasMetPlace = true
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

  /// Text from here on lies in that block, or is copied.
  mutating func begin(_ block: ByteBlock) {
    // Safe: the block stays as it is until the next one is begun on.
    unsafe base = UnsafePointer(block.storage.base)
    unsafe blockEnd = base + block.end
    abandon()
  }

  /// Whether a place lies in the block.
  @inline(__always)
  func isInBlock(_ place: UnsafePointer<UInt8>) -> Bool {
    unsafe place >= base && place < blockEnd
  }

  /// Forgets the record that is open.
  mutating func abandon() { open = -1 }

  /// Forgets the columns that the last block added.
  mutating func forgetColumns() {
    guard names.count > fixedCount else { return }
    for name in names[fixedCount...] { columns[name] = nil }
    names.removeLast(names.count - fixedCount)
    for path in newColumns { paths[path].column = -1 }
    newColumns.removeAll(keepingCapacity: true)
    if textColumn >= fixedCount { textColumn = -1 }
  }

  /// A record's own element begins.
  mutating func beginRecord() {
    number &+= 1
    nodes.cut(to: 0)
    runs.cut(to: 0)
    leaves.cut(to: 0)
    text.cut(to: 0)
    textBytes = 0
    nodes.append(Node(path: 0, parent: -1))
    open = 0
    isRunOpen = false
    fault = nil
  }

  /// An element below the record begins; false where there are too many different ones.
  mutating func begin(_ name: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    giveNodes()
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
  @inline(__always)
  mutating func addText(_ bytes: UnsafePointer<UInt8>, _ count: Int) {
    guard isRunOpen else {
      unsafe take(bytes, count, open)
      isRunOpen = true
      return
    }
    unsafe extend(Int(nodes[Int(open)].lastRun), bytes, count)
  }

  /// Adds text to a run: it grows where it lies, or is copied.
  @inline(never)
  private mutating func extend(_ index: Int, _ bytes: UnsafePointer<UInt8>, _ count: Int) {
    let run = runs[index]
    guard run.count + count <= limits.fieldBytes else { return tooLong() }
    textBytes += count
    runs[index].count += count
    if run.start >= 0 {
      if unsafe bytes == base + (run.start + run.count) { return }
      runs[index].start = ~text.count
      unsafe text.append(base + run.start, run.count)
    }
    unsafe text.append(bytes, count)
  }

  /// The open element ends; true where it was the record's own.
  @inline(__always)
  mutating func end() -> Bool {
    isRunOpen = false
    open = nodes[Int(open)].parent
    return open < 0
  }

  /// Bytes that the record holds so far.
  @inline(__always)
  var size: Int {
    textBytes + leaves.count * MemoryLayout<Leaf>.stride + nodes.count * MemoryLayout<Node>.stride
      + runs.count * MemoryLayout<Run>.stride
  }

  private mutating func tooLong() {
    fault = (.fieldTooLong, "an element's text is longer than \(limits.fieldBytes) bytes")
  }

  @inline(__always)
  mutating func take(_ bytes: UnsafePointer<UInt8>, _ count: Int, _ node: Int32) {
    var start = unsafe bytes - base
    if unsafe !isInBlock(bytes) {
      start = ~text.count
      if count <= limits.fieldBytes { unsafe text.append(bytes, count) }
    }
    add(run: Run(start: start, count: count <= limits.fieldBytes ? count : 0), node)
    textBytes += count
    if count > limits.fieldBytes { tooLong() }
  }

  @inline(__always)
  mutating func add(run: Run, _ node: Int32) {
    let index = Int32(truncatingIfNeeded: runs.count)
    runs.append(run)
    let last = nodes[Int(node)].lastRun
    if last < 0 {
      nodes[Int(node)].firstRun = index
    } else {
      runs[Int(last)].next = index
    }
    nodes[Int(node)].lastRun = index
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
    return add(path)
  }

  @inline(__always)
  mutating func add(_ path: Int32) -> Int32 {
    let parent = nodes[Int(open)]
    if parent.path > 0, !paths[parent.path].isStructured { noteStructure(parent.path) }
    let node = Int32(truncatingIfNeeded: nodes.count)
    nodes.append(Node(path: path, parent: open))
    if parent.lastChild < 0 {
      nodes[Int(open)].firstChild = node
    } else {
      nodes[Int(parent.lastChild)].nextSibling = node
    }
    nodes[Int(open)].lastChild = node
    // Safe: the path is one of the paths.
    let known = unsafe paths.paths.base + Int(path)
    if unsafe known.pointee.record == number, unsafe known.pointee.lastParent == open {
      unsafe nodes[Int(known.pointee.lastNode)].nextAlike = node
      nodes[Int(node)].isFirst = false
      if unsafe !known.pointee.isArray { noteArray(path) }
    }
    unsafe known.pointee.record = number
    unsafe known.pointee.lastParent = open
    unsafe known.pointee.lastNode = node
    return node
  }

  @inline(never)
  private mutating func noteStructure(_ path: Int32) {
    paths[path].isStructured = true
    report.structured.append(paths.steps(to: path))
  }

  @inline(never)
  private mutating func noteArray(_ path: Int32) {
    paths[path].isArray = true
    report.arrays.append(paths.steps(to: path))
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
      guard paths.count < XMLFacts.pathLimit, told < XMLFacts.stepLimit else { return nil }
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
    let steps = paths.steps(to: path)
    told += steps.count
    if isAttribute {
      report.attributes.append(steps)
    } else {
      report.elements.append(steps)
    }
    if let other = unsafe paths.find(name, count, of: parent, isAttribute: !isAttribute) {
      paths[path].isClash = true
      paths[other].isClash = true
      report.clashes.append(paths.steps(to: path))
    }
    return path
  }
}
