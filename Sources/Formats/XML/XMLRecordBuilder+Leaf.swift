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
    let parent = unsafe nodes.base + Int(open)
    let last = unsafe parent.pointee.lastChild
    let guess =
      last < 0
      ? unsafe paths[parent.pointee.path].first : paths[nodes[Int(last)].path].next
    guard guess >= 0 else { return 0 }
    // Safe: the guess is one of the paths; what is compared stops at the 0 at `end` at the latest.
    let known = unsafe paths.paths.base + Int(guess)
    let count = unsafe known.pointee.rawCount
    let raw = unsafe paths.spelling(at: known.pointee.rawStart)
    guard unsafe known.pointee.bindings == bindings,
      unsafe dropmill_same(bytes + at + 1, raw, count)
    else { return 0 }
    var place = at + 1 + count
    var run = 0
    if unsafe bytes[place] == UInt8(ascii: ">") {
      place += 1
      // Safe: the run ends at `end`.
      run = unsafe dropmill_xml_run(
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
      let node = unsafe add(taken: guess, parent)
      if run > 0 {
        unsafe take(bytes + place, run, node)
      }
      return tail + count + 3
    }
    guard unsafe bytes[place] == UInt8(ascii: "/"), unsafe bytes[place + 1] == UInt8(ascii: ">"),
      size < limit
    else { return 0 }
    _ = unsafe add(taken: guess, parent)
    return place + 2
  }

  @inline(__always)
  private mutating func add(taken path: Int32, _ parent: UnsafeMutablePointer<Node>) -> Int32 {
    // Safe: the parent is one of the nodes, and none has been added since.
    unsafe parent.pointee.hasElements = true
    isRunOpen = false
    return add(path)
  }

  /// The element that has just begun is spelled like that.
  mutating func note(_ raw: UnsafePointer<UInt8>, _ count: Int, _ bindings: Int) {
    guard open > 0 else { return }
    unsafe paths.note(nodes[Int(open)].path, raw, count, bindings)
  }
}
