import Glibc
import TestKit
import Testing

@testable import Files

struct FileTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test func `bytes come back from where they were written`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    let file = try folder.create(Array("f".utf8))
    try file.write(Array("hello ".utf8))
    try file.write(Array("world".utf8))
    try file.syncData()
    #expect(try file.bytes() == Array("hello world".utf8))
    #expect(try file.bytes(at: 6, count: 5) == Array("world".utf8))
    try file.resize(to: 5)
    try file.write(Array("!".utf8))
    #expect(try scratch.text("f") == "hello!")
  }

  @Test(arguments: [0, 1, 63, 64, 65, 1000])
  func `ranges are written one behind the other, however many`(count: Int) throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    let file = try folder.create(Array("f".utf8))
    let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let ranges = (0..<count).map { $0 * 10..<$0 * 10 + $0 % 10 }
    try file.write([1])
    // Safe: a span of the array, for this call only.
    unsafe try file.write(ranges, of: bytes.span.bytes)
    try file.write([2])
    #expect(try file.bytes() == [1] + ranges.flatMap { bytes[$0] } + [2])
  }

  @Test func `what the kernel took of ranges is not written again`() {
    let bytes = Array(UInt8(0)..<40)
    let ranges = [2..<5, 7..<7, 9..<10, 20..<33]
    let all = ranges.flatMap { bytes[$0] }
    for first in 0...all.count {
      for second in 0...all.count - first {
        var rest = UnwrittenParts(ranges)
        rest.skip(first)
        rest.skip(second)
        #expect(rest.ranges.flatMap { bytes[$0] } == Array(all[(first + second)...]))
        #expect(rest.isEmpty == (first + second == all.count))
      }
    }
  }

  @Test func `a file that ends too early says where`() throws {
    try scratch.write("short", "abc")
    let file = try Directory(path: Array(scratch.path.utf8)).read(Array("short".utf8))
    let error = #expect(throws: FileError.self) { _ = try file.bytes(at: 1, count: 9) }
    #expect(error == .truncated(name: file.name, offset: 1, wanted: 9))
    #expect(error?.description.contains("ends before byte 10") == true)
  }

  @Test func `a file with a writer is known by the lease it refuses`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    var writer: File? = try folder.create(Array("f".utf8))
    let reader = try folder.read(Array("f".utf8))
    #expect(reader.writers() == .some)
    writer = nil
    _ = writer == nil
    #expect(reader.writers() == .none)
  }

  @Test func `a lock is held by one open file at a time`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    let one = try folder.openOrCreate(Array("lock".utf8))
    let other = try folder.openOrCreate(Array("lock".utf8))
    #expect(try one.lock())
    #expect(try other.lock() == false)
  }

  @Test func `a mapped file is the file`() throws {
    try scratch.write("f", "0123456789")
    try scratch.write("empty", "")
    let folder = try Directory(path: Array(scratch.path.utf8))
    let mapped = try MappedFile(folder.read(Array("f".utf8)))
    mapped.expect(.inNoOrder)
    let bytes = mapped.bytes
    #expect(mapped.count == 10)
    #expect(bytes.byteCount == 10)
    #expect(unsafe bytes.unsafeLoad(fromByteOffset: 3, as: UInt8.self) == UInt8(ascii: "3"))
    let nothing = try MappedFile(folder.read(Array("empty".utf8)))
    #expect(nothing.count == 0)
  }

  @Test func `a descriptor is closed with its owner`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    var number: Int32 = -1
    var facts = stat()
    do {
      let file = try folder.create(Array("f".utf8))
      number = file.raw
      // Safe: the out-parameter lives for the whole call, here and below.
      #expect(unsafe fstat(number, &facts) == 0)
    }
    // Another test may have been given the number since, but none of them the file.
    let inode = facts.st_ino
    #expect(unsafe fstat(number, &facts) < 0 || facts.st_ino != inode)
  }
}
