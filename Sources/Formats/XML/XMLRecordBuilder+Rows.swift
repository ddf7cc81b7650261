import Bytes
import CKernels
import Records

extension XMLRecordBuilder {
  /// Writes the record that has ended as a row, or as a reject; `line` counts from `firstLine`.
  mutating func finish(into rows: RowBlock, line: Int) {
    if let fault {
      rows.rejects.append(reject(fault, rows, line))
      return
    }
    while rows.width < names.count { _ = rows.addColumn(name: names[rows.width]) }
    // Safe: the row has a cell for each column, and none is added before it is committed.
    let row = unsafe rows.nextRow()
    unsafe row.update(repeating: .absent, count: rows.width)
    var scratch = ByteArena(rows.scratch)
    var child = nodes[0].firstChild
    while child >= 0 {
      let node = nodes[Int(child)]
      if node.isFirst {
        let cell = cell(child, &scratch)
        unsafe row[Int(paths[node.path].column)] = cell
      }
      child = node.nextSibling
    }
    for index in 0..<leaves.count {
      let leaf = leaves[index]
      if leaf.count > 0 { unsafe row[Int(paths[leaf.path].column)] = cell(of: leaf) }
    }
    if nodes[0].firstRun >= 0, let cell = textCell(of: 0, &scratch) {
      unsafe row[Int(textColumn)] = cell
    }
    scratch.close()
    rows.commitRow(line: line)
  }

  /// Gives each of the record's own members its column.
  mutating func assignColumns() {
    var child = nodes[0].firstChild
    while child >= 0, fault == nil {
      let path = nodes[Int(child)].path
      if paths[path].column < 0 { assignColumn(to: path) }
      child = nodes[Int(child)].nextSibling
    }
    for index in 0..<leaves.count where fault == nil {
      let path = leaves[index].path
      if paths[path].column < 0 { assignColumn(to: path) }
    }
    if fault == nil, textColumn < 0, nodes[0].firstRun >= 0 {
      textColumn = column(named: Self.textName)
    }
  }

  @inline(never)
  private mutating func assignColumn(to path: Int32) {
    let name = unsafe paths.name(of: path)
    // Safe: the name is copied before a path is added.
    let bytes = unsafe Array(UnsafeBufferPointer(start: name.base, count: name.count))
    paths[path].column = column(named: bytes)
    newColumns.append(path)
  }

  /// The cell of a leaf's text; null where that is white space.
  @inline(__always)
  private func cell(of leaf: Leaf) -> Cell {
    let count = Int(leaf.count)
    // Safe: the text lies in the block, which has slack behind it.
    let bytes = unsafe base + leaf.start
    if unsafe bytes[0] <= 0x20, isBlank(Run(start: leaf.start, count: count)) { return .absent }
    let run = unsafe dropmill_json_plain_run(bytes, count)
    return Cell(offset: leaf.start, length: count, kind: run == count ? .plainText : .text)
  }

  /// The column of that name, a new one where needed.
  private mutating func column(named name: [UInt8]) -> Int32 {
    if let known = columns[name] { return known }
    guard names.count < limits.columns else {
      fault = (.tooManyColumns, "more than \(limits.columns) different elements and attributes")
      return -1
    }
    columns[name] = Int32(names.count)
    names.append(name)
    return Int32(names.count - 1)
  }

  private func reject(
    _ fault: (code: RejectCode, found: String),
    _ rows: RowBlock,
    _ line: Int
  ) -> Reject {
    var fields: [[UInt8]] = []
    var child = nodes[0].firstChild
    while child >= 0 {
      let node = nodes[Int(child)]
      let run = node.firstRun < 0 ? nil : runs[Int(node.firstRun)]
      fields.append(run.map(bytes) ?? [])
      child = node.nextSibling
    }
    for index in 0..<leaves.count {
      fields.append(bytes(of: Run(start: leaves[index].start, count: Int(leaves[index].count))))
    }
    return Reject(
      line: rows.firstLine + UInt64(line),
      column: 0,
      code: fault.code,
      found: fault.found,
      fields: fields
    )
  }

  /// The cell of a node and all alike.
  private mutating func cell(_ node: Int32, _ scratch: inout ByteArena) -> Cell {
    let path = paths[nodes[Int(node)].path]
    guard path.isArray || path.isStructured else { return textCell(of: node, &scratch) ?? .absent }
    output.cut(to: 0)
    var order = self.order
    self.order = []
    defer { self.order = order }
    order.removeAll(keepingCapacity: true)
    guard append(node, &order) else { return .absent }
    let place = scratch.count
    unsafe scratch.append(output.pointer(at: 0), output.count)
    return Cell(
      scratchOffset: place,
      length: output.count,
      kind: path.isArray ? .array : .object
    )
  }

  /// The cell of a node's own text; nil where there is none but white space.
  private mutating func textCell(of node: Int32, _ scratch: inout ByteArena) -> Cell? {
    guard let range = range(of: node) else { return nil }
    // Safe: the text lies in the block or the buffer, which have slack behind them.
    let bytes = unsafe pointer(range.start)
    let run = unsafe dropmill_json_plain_run(bytes, range.count)
    let kind = run == range.count ? CellKind.plainText : .text
    if range.start >= 0 { return Cell(offset: range.start, length: range.count, kind: kind) }
    let place = scratch.count
    unsafe scratch.append(bytes, range.count)
    return Cell(scratchOffset: place, length: range.count, kind: kind)
  }

  private func bytes(of run: Run) -> [UInt8] {
    // Safe: the run has `count` bytes.
    unsafe Array(UnsafeBufferPointer(start: pointer(run.start), count: run.count))
  }

  /// The bytes of a run that starts there.
  @inline(__always)
  private func pointer(_ start: Int) -> UnsafePointer<UInt8> {
    unsafe start >= 0 ? base + start : text.pointer(at: ~start)
  }

  /// Where a node's text lies, joined where it has several runs; nil where it is white space.
  ///
  /// Runs of white space alone are left out. Where children stand between, white space at both
  /// ends is how the document is laid out, not text.
  private mutating func range(of node: Int32) -> (start: Int, count: Int)? {
    let known = nodes[Int(node)]
    guard known.firstRun >= 0 else { return nil }
    var whole: (start: Int, count: Int)?
    var isJoined = false
    var at = known.firstRun
    while at >= 0 {
      let run = runs[Int(at)]
      at = run.next
      if isBlank(run) { continue }
      guard let before = whole else {
        whole = (run.start, run.count)
        continue
      }
      // Several runs are joined behind all that is there.
      let start = isJoined ? before.start : ~copy(before.start, before.count)
      _ = copy(run.start, run.count)
      whole = (start, before.count + run.count)
      isJoined = true
    }
    guard let whole, known.hasElements else { return whole }
    return trimmed(whole)
  }

  /// Copies bytes of the record's text to its end.
  private mutating func copy(_ start: Int, _ count: Int) -> Int {
    text.reserve(count)
    let place = text.count
    // Safe: there is room for them, so the buffer does not move.
    unsafe text.append(pointer(start), count)
    return place
  }

  @inline(__always)
  private func isBlank(_ run: Run) -> Bool {
    let bytes = unsafe pointer(run.start)
    // Safe: the run has `count` bytes.
    for index in 0..<run.count where unsafe bytes[index] > 0x20 { return false }
    return true
  }

  private func trimmed(_ range: (start: Int, count: Int)) -> (start: Int, count: Int) {
    let bytes = unsafe pointer(range.start)
    var (from, to) = (0, range.count)
    // Safe: the text lies there; it holds a byte that is no white space.
    while unsafe bytes[from] <= 0x20 { from += 1 }
    while unsafe bytes[to - 1] <= 0x20 { to -= 1 }
    return (range.start >= 0 ? range.start + from : range.start - from, to - from)
  }

  /// Appends the value of a node and all alike; false, and nothing, where it is null.
  private mutating func append(_ node: Int32, _ order: inout [Int32]) -> Bool {
    guard paths[nodes[Int(node)].path].isArray else { return appendOne(node, &order) }
    output.append(UInt8(ascii: "["))
    var at = node
    while at >= 0 {
      if at != node { output.append(UInt8(ascii: ",")) }
      if !appendOne(at, &order) { output.append("null") }
      at = nodes[Int(at)].nextAlike
    }
    output.append(UInt8(ascii: "]"))
    return true
  }

  private mutating func appendOne(_ node: Int32, _ order: inout [Int32]) -> Bool {
    guard paths[nodes[Int(node)].path].isStructured else { return appendText(node) }
    let first = order.count
    var child = nodes[Int(node)].firstChild
    while child >= 0 {
      if nodes[Int(child)].isFirst { order.append(child) }
      child = nodes[Int(child)].nextSibling
    }
    if nodes[Int(node)].firstRun >= 0 { order.append(-1) }
    sort(&order, from: first)
    let start = output.count
    output.append(UInt8(ascii: "{"))
    for index in first..<order.count {
      let place = output.count
      let member = order[index]
      let name = unsafe self.name(of: member)
      // Safe: names end with slack, as all buffers do.
      unsafe output.string(name.base, name.count)
      output.append(UInt8(ascii: ":"))
      let isThere =
        member < 0 ? appendText(node) : append(member, &order)
      if isThere {
        output.append(UInt8(ascii: ","))
      } else {
        output.cut(to: place)
      }
    }
    order.removeLast(order.count - first)
    guard output.count > start + 1 else {
      output.cut(to: start)
      return false
    }
    output.replace(at: output.count - 1, UInt8(ascii: "}"))
    return true
  }

  private mutating func appendText(_ node: Int32) -> Bool {
    guard let range = range(of: node) else { return false }
    // Safe: the text lies in the buffer, which has slack behind it.
    unsafe output.string(pointer(range.start), range.count)
    return true
  }

  /// The name of a member; -1 stands for the text.
  private func name(of member: Int32) -> (base: UnsafePointer<UInt8>, count: Int) {
    if member >= 0 { return unsafe paths.name(of: nodes[Int(member)].path) }
    // Safe: the buffer belongs to this builder and never changes.
    return unsafe (textLabel.pointer(at: 0), textLabel.count)
  }

  private func isBefore(_ left: Int32, _ right: Int32) -> Bool {
    let one = unsafe name(of: left)
    let other = unsafe name(of: right)
    return unsafe NameOrder.isBefore(one.base, one.count, other.base, other.count)
  }

  private func sort(_ order: inout [Int32], from first: Int) {
    guard order.count - first <= 40 else {
      return order[first...].sort { isBefore($0, $1) }
    }
    for index in order.indices[first...].dropFirst() {
      let member = order[index]
      var place = index
      while place > first, isBefore(member, order[place - 1]) {
        order[place] = order[place - 1]
        place -= 1
      }
      order[place] = member
    }
  }
}
