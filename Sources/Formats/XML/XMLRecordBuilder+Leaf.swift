import CKernels

extension XMLRecordBuilder {
  /// An element of plain text under the open one, where its tag is spelled as the one that is
  /// expected there; see `XMLSink.leaf`.
  @inline(__always)
  mutating func leaf(
    _ bytes: UnsafePointer<UInt8>,
    _ at: Int,
    _ end: Int,
    _ bindings: Int,
    limit: Int
  ) -> Int {
    guard open >= 0 else { return 0 }
    let guess = expected
    guard guess >= 0 else { return 0 }
    // Safe: the guess is one of the paths; what is compared stops at the 0 at `end` at the latest.
    let known = unsafe paths.paths.base + Int(guess)
    let count = unsafe known.pointee.rawCount
    let raw = unsafe paths.spelling(at: known.pointee.rawStart)
    guard unsafe known.pointee.bindings == bindings,
      unsafe dropmill_same(bytes + at + 1, raw, count)
    else { return 0 }
    var place = at + 1 + count
    if unsafe bytes[place] == UInt8(ascii: ">") {
      place += 1
      // Safe: the run ends at `end`.
      let run = unsafe dropmill_xml_run(
        bytes + place,
        end - place,
        UInt8(ascii: "<"),
        UInt8(ascii: "&"),
        UInt8(ascii: "]")
      )
      let tail = place + run
      guard unsafe bytes[tail] == UInt8(ascii: "<"), unsafe bytes[tail + 1] == UInt8(ascii: "/"),
        unsafe dropmill_same(bytes + tail + 2, raw, count),
        unsafe bytes[tail + 2 + count] == UInt8(ascii: ">"),
        run <= limits.fieldBytes, size + run < limit
      else { return 0 }
      place = tail + count + 3
      unsafe take(guess, known, text: bytes + (tail - run), run)
      return place
    }
    guard unsafe bytes[place] == UInt8(ascii: "/"), unsafe bytes[place + 1] == UInt8(ascii: ">"),
      size < limit
    else { return 0 }
    unsafe take(guess, known, text: bytes, 0)
    return place + 2
  }

  /// The path that stood next in the last record; -1 where none did.
  @inline(__always)
  private var expected: Int32 {
    if open == 0, leaves.count > 0 { return paths[leaves[leaves.count - 1].path].next }
    // Safe: the open node is one of the nodes.
    let parent = unsafe nodes.base + Int(open)
    let last = unsafe parent.pointee.lastChild
    return last < 0
      ? unsafe paths[parent.pointee.path].first : paths[nodes[Int(last)].path].next
  }

  /// Takes an element of plain text whole: as a leaf, or as a node where more is known of it.
  @inline(__always)
  private mutating func take(
    _ path: Int32,
    _ known: UnsafeMutablePointer<XMLPaths.Path>,
    text: UnsafePointer<UInt8>,
    _ count: Int
  ) {
    isRunOpen = false
    nodes[Int(open)].hasElements = true
    // Safe: the path is one of the paths.
    let isNode =
      unsafe known.pointee.isArray || known.pointee.isStructured
      || known.pointee.leafRecord == number
      || (known.pointee.record == number && known.pointee.lastParent == 0)
    guard open == 0, !isNode, unsafe isInBlock(text) else {
      return unsafe takeNode(path, text, count)
    }
    unsafe known.pointee.leafRecord = number
    unsafe leaves.append(
      Leaf(path: path, count: Int32(truncatingIfNeeded: count), start: text - base)
    )
    textBytes += count
  }

  private mutating func takeNode(_ path: Int32, _ text: UnsafePointer<UInt8>, _ count: Int) {
    giveNodes()
    let node = add(path)
    if count > 0 { unsafe take(text, count, node) }
  }

  /// Leaves become nodes, in their order: something comes that has to stand behind them.
  @inline(__always)
  mutating func giveNodes() {
    if leaves.count > 0 { giveNodesSlowly() }
  }

  @inline(never)
  private mutating func giveNodesSlowly() {
    // They lie below the record itself, which is the element that is open.
    for index in 0..<leaves.count {
      let leaf = leaves[index]
      let node = add(leaf.path)
      if leaf.count > 0 { add(run: Run(start: leaf.start, count: Int(leaf.count)), node) }
    }
    leaves.cut(to: 0)
  }

  /// The element that has just begun is spelled like that.
  mutating func note(_ raw: UnsafePointer<UInt8>, _ count: Int, _ bindings: Int) {
    guard open > 0 else { return }
    unsafe paths.note(nodes[Int(open)].path, raw, count, bindings)
  }
}
