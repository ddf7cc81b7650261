import Bytes
import CKernels

/// The elements and attributes that records are made of, each known by its path.
///
/// Path 0 is the record itself.
@safe
struct XMLPaths {
  /// One element or attribute.
  struct Path: BitwiseCopyable {
    let parent: Int32
    let isAttribute: Bool
    /// Where its name lies in `names`: an `@`, then the name.
    let nameStart: Int
    let nameCount: Int
    /// Stands more than once under one parent in some record.
    var isArray = false
    /// Has attributes or children in some record.
    var isStructured = false
    /// An attribute that an element of the same parent shares its name with, or that element.
    var isClash = false
    /// Its column where it belongs to the record itself; -1 before it has one.
    var column: Int32 = -1
    /// The path that stood behind it under its parent last; -1 where none did.
    var next: Int32 = -1
    /// The path that stands first under it; -1 where none does.
    var first: Int32 = -1
    /// Where the spelling of its last tag lies in `names`, with its prefix; -1 before it has one.
    var rawStart = -1
    var rawCount = 0
    /// The bindings of prefixes under which that spelling means this element.
    var bindings = -1
    /// The node that held it last, and that node's parent, in the record of that number.
    var lastNode: Int32 = -1
    var lastParent: Int32 = -1
    var record: UInt32 = 0
    /// The record in which it was taken whole last.
    var leafRecord: UInt32 = 0
  }

  let paths = FlatArray<Path>(capacity: 64)
  private var names = ByteArena(capacity: 1 << 12)
  private var slots: [Int32] = Array(repeating: -1, count: 256)
  private let seed = UInt64.random(in: .min ... .max)

  /// Only the record.
  init() {
    paths.append(Path(parent: -1, isAttribute: false, nameStart: 0, nameCount: 0))
  }

  var count: Int { paths.count }

  subscript(path: Int32) -> Path {
    @inline(__always) get { paths[Int(path)] }
    @inline(__always) nonmutating _modify { yield &paths[Int(path)] }
  }

  /// Whether the path is that child of that parent.
  @inline(__always)
  func isChild(
    _ path: Int32,
    of parent: Int32,
    _ name: UnsafePointer<UInt8>,
    _ count: Int,
    isAttribute: Bool
  ) -> Bool {
    let known = paths[Int(path)]
    // Safe: the name lies in the buffer, `count` bytes of the other are readable.
    guard known.parent == parent, known.nameCount == count, known.isAttribute == isAttribute
    else { return false }
    return unsafe dropmill_same(names.pointer(at: known.nameStart + 1), name, count)
  }

  /// The child of that name, or nil.
  func find(
    _ name: UnsafePointer<UInt8>,
    _ count: Int,
    of parent: Int32,
    isAttribute: Bool
  ) -> Int32? {
    let mask = slots.count - 1
    var slot = unsafe hash(name, count, parent, isAttribute) & mask
    while slots[slot] >= 0 {
      if unsafe isChild(slots[slot], of: parent, name, count, isAttribute: isAttribute) {
        return slots[slot]
      }
      slot = (slot + 1) & mask
    }
    return nil
  }

  /// Adds a child; it must not be there yet.
  mutating func add(
    _ name: UnsafePointer<UInt8>,
    _ count: Int,
    to parent: Int32,
    isAttribute: Bool
  ) -> Int32 {
    let path = Int32(paths.count)
    let start = names.count
    names.reserve(1)
    names.put(UInt8(ascii: "@"))
    unsafe names.append(name, count)
    paths.append(
      Path(parent: parent, isAttribute: isAttribute, nameStart: start, nameCount: count)
    )
    if paths.count * 2 > slots.count {
      slots = Array(repeating: -1, count: slots.count * 4)
      for index in 1..<paths.count { insert(Int32(index)) }
    } else {
      insert(path)
    }
    return path
  }

  /// Where the name that a path has in records lies, valid until a path is added.
  @inline(__always)
  func name(of path: Int32) -> (base: UnsafePointer<UInt8>, count: Int) {
    let known = paths[Int(path)]
    let extra = known.isAttribute && known.isClash ? 1 : 0
    // Safe: an `@` stands before each name.
    return unsafe (names.pointer(at: known.nameStart + 1 - extra), known.nameCount + extra)
  }

  /// Notes how a path's tag is spelled.
  mutating func note(
    _ path: Int32,
    _ raw: UnsafePointer<UInt8>,
    _ count: Int,
    _ bindings: Int
  ) {
    let known = paths[Int(path)]
    if known.bindings == bindings, known.rawCount == count { return }
    paths[Int(path)].bindings = bindings
    // Safe: the spelling lies in the buffer, `count` bytes of the other are readable.
    if known.rawCount == count,
      unsafe dropmill_same(names.pointer(at: known.rawStart), raw, count)
    {
      return
    }
    // Spellings differ in their prefixes: whoever changes those for ever gets no more room.
    guard known.rawStart < 0 || known.rawCount >= count else {
      paths[Int(path)].bindings = -1
      return
    }
    if known.rawStart < 0 {
      paths[Int(path)].rawStart = names.count
      unsafe names.append(raw, count)
    } else {
      for index in 0..<count { unsafe names.replace(at: known.rawStart + index, raw[index]) }
    }
    paths[Int(path)].rawCount = count
  }

  /// The spelling of a path's tag, valid until a path is added.
  @inline(__always)
  func spelling(at place: Int) -> UnsafePointer<UInt8> { unsafe names.pointer(at: place) }

  /// The local name of a path.
  func localName(of path: Int32) -> String {
    let known = paths[Int(path)]
    // Safe: the name lies in the buffer.
    let bytes = unsafe UnsafeBufferPointer(
      start: names.pointer(at: known.nameStart + 1),
      count: known.nameCount
    )
    return unsafe String(decoding: bytes, as: UTF8.self)
  }

  /// The local names that lead from the record to a path.
  func steps(to path: Int32) -> [String] {
    var steps: [String] = []
    var at = path
    while at > 0 {
      steps.append(localName(of: at))
      at = paths[Int(at)].parent
    }
    return steps.reversed()
  }

  private mutating func insert(_ path: Int32) {
    let known = paths[Int(path)]
    let mask = slots.count - 1
    // Safe: the name lies in the buffer.
    let name = unsafe names.pointer(at: known.nameStart + 1)
    var slot = unsafe hash(name, known.nameCount, known.parent, known.isAttribute) & mask
    while slots[slot] >= 0 { slot = (slot + 1) & mask }
    slots[slot] = path
  }

  private func hash(
    _ name: UnsafePointer<UInt8>,
    _ count: Int,
    _ parent: Int32,
    _ isAttribute: Bool
  ) -> Int {
    var state = seed ^ UInt64(UInt32(bitPattern: parent)) << 1 ^ (isAttribute ? 1 : 0)
    for index in 0..<count {
      // Safe: `count` bytes are readable.
      let product = unsafe (state ^ UInt64(name[index]))
        .multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15 ^ (seed | 1))
      state = product.high ^ product.low
    }
    return Int(truncatingIfNeeded: state >> 1)
  }
}
