import Bytes
import Files
import Records
import TestKit
import Testing

@testable import Outbox

struct OutboxTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  func open(as owner: String = "us", isKnown: Bool = false) throws -> Outbox {
    try Outbox(path: Array("\(scratch.path)/out".utf8), owner: owner, isKnown: isKnown)
  }

  func lines(_ text: String) -> ByteBuffer {
    let buffer = ByteBuffer(capacity: 64)
    buffer.append(contentsOf: Array(text.utf8))
    return buffer
  }

  /// A batch of one data file, staged and ready.
  func stage(_ text: String, _ name: BatchName, in outbox: Outbox) throws -> [Outbox.Staged] {
    let writer = try outbox.write(name.dataFile)
    try writer.append(lines(text), 0..<text.utf8.count)
    let (size, sha256) = try writer.finish()
    let schema = try outbox.stage(
      Array("{}".utf8),
      as: "f.v1.schema.json",
      target: SchemaDocument.path(version: 1)
    )
    let data = Outbox.Staged(name: name.dataFile, target: name.dataFile, size: size, sha256: sha256)
    let manifest = try outbox.stage(
      Array("m".utf8),
      as: name.manifestFile,
      target: name.manifestFile
    )
    try outbox.syncStaging()
    return [schema, data, manifest]
  }

  @Test func `a batch appears whole, its manifest last`() throws {
    let outbox = try open()
    let name = BatchName(feed: "orders", sequence: 42)
    let files = try stage("{}\n", name, in: outbox)
    #expect(scratch.files(under: "out").allSatisfy { $0.hasPrefix(".staging/") })
    for file in files {
      #expect(!scratch.has("out/orders/orders-00000042.manifest.json"))
      try outbox.publish(file, feed: "orders")
    }
    try outbox.syncPublished()
    #expect(
      scratch.files(under: "out") == [
        ".staging/owner", "orders/orders-00000042.manifest.json", "orders/orders-00000042.ndjson",
        "orders/schema/v1.schema.json",
      ]
    )
    #expect(try scratch.text("out/orders/orders-00000042.ndjson") == "{}\n")
  }

  @Test func `a large file is whole, and so is what was written anew`() throws {
    let outbox = try open()
    let writer = try outbox.write("large")
    let text = (0..<400_000).map { "{\"n\":\($0)}\n" }.joined()
    let bytes = lines(text)
    // Pieces that fill no write, and one that fills several.
    func append() throws {
      let before = writer.byteCount
      var at = 0
      while at < bytes.count {
        let end = min(bytes.count, at + (at < 1 << 20 ? 77_777 : 3 << 20))
        try writer.append(bytes, at..<end)
        at = end
        #expect(writer.byteCount == before + Int64(at))
      }
    }
    try append()
    try writer.restart()
    #expect(writer.byteCount == 0)
    try writer.append(lines("{}\n"), 0..<3)
    try append()
    try writer.conclude()
    let (size, sha256) = try writer.finish()
    let whole = "{}\n" + text
    #expect(size == Int64(whole.utf8.count))
    #expect(sha256 == SHA256Hasher.hash(of: whole))
    #expect(try scratch.text("out/.staging/large") == whole)
  }

  @Test
  func `what is taken of a buffer is written in its turn, and the buffer can be filled again`()
    throws
  {
    let outbox = try open()
    let writer = try outbox.write("taken")
    let block = ByteBuffer(capacity: 100)
    var whole: [UInt8] = []
    // Blocks that are worth a buffer of their own and others, as a whole and with lines left out.
    for round in 0..<60 {
      let text = (0..<(round % 3 == 0 ? 300 : 40_000)).map { "{\"n\":\($0 + round)}\n" }.joined()
      block.count = 0
      block.append(contentsOf: Array(text.utf8))
      var ranges = [0..<block.count]
      if round % 2 == 1 {
        ranges = stride(from: round, to: block.count - 9_000, by: 9_000).map { $0..<$0 + 8_990 }
      }
      for range in ranges { whole += Array(text.utf8)[range] }
      try writer.take(ranges, of: block)
      #expect(writer.byteCount == Int64(whole.count))
    }
    let (size, sha256) = try writer.finish()
    #expect(size == Int64(whole.count))
    #expect(sha256 == SHA256Hasher.hash(whole))
    #expect(Array(try scratch.text("out/.staging/taken").utf8) == whole)
  }

  @Test func `what was taken is forgotten with all else, and a failure is told`() throws {
    let outbox = try open()
    let writer = try outbox.write("anew")
    let text = String(repeating: "{\"n\":1}\n", count: 60_000)
    for _ in 0..<9 { try writer.take([0..<text.utf8.count], of: lines(text)) }
    try writer.restart()
    #expect(writer.byteCount == 0)
    try writer.take([8..<text.utf8.count], of: lines(text))
    #expect(try writer.finish().sha256 == SHA256Hasher.hash(of: String(text.dropFirst(8))))

    let folder = try Directory(path: Array("/dev".utf8))
    let full = StagedWriter(try folder.openOrCreate(Array("full".utf8)))
    #expect(throws: OutboxError.self) {
      for _ in 0..<9 { try full.take([0..<text.utf8.count], of: lines(text)) }
      _ = try full.finish()
    }
  }

  @Test(arguments: [1, 3, 8])
  func `a write that fails on its thread is told at the next call, and at every one after it`(
    mebibytes: Int
  ) throws {
    let folder = try Directory(path: Array("/dev".utf8))
    let full = FileError.failed(.write, name: Array("/dev/full".utf8), errno: Errno.noSpace)
    let writer = StagedWriter(try folder.openOrCreate(Array("full".utf8)))
    let bytes = lines(String(repeating: "a", count: 1 << 20))
    let error = #expect(throws: OutboxError.self) {
      for _ in 0..<mebibytes { try writer.append(bytes, 0..<bytes.count) }
      _ = try writer.finish()
    }
    #expect(error == .files(full))
    for call in [{ try writer.restart() }, { _ = try writer.finish() }] {
      let again = #expect(throws: OutboxError.self) { try call() }
      #expect(again == .files(full))
    }
  }

  @Test func `a writer that is let go leaves its file alone`() throws {
    let outbox = try open()
    let bytes = lines(String(repeating: "a", count: 5 << 20))
    var writer: StagedWriter? = try outbox.write("left")
    try writer?.append(bytes, 0..<bytes.count)
    writer = nil
    try outbox.discard("left")
    #expect(scratch.files(under: "out") == [".staging/owner"])
  }

  @Test func `publishing again does nothing, even when a target took the batch`() throws {
    let outbox = try open()
    let files = try stage("{}\n", BatchName(feed: "f", sequence: 1), in: outbox)
    for file in files { try outbox.publish(file, feed: "f") }
    let folder = try Directory(path: Array("\(scratch.path)/out/f".utf8))
    try folder.remove(Array("f-00000001.ndjson".utf8))
    for file in files { try outbox.publish(file, feed: "f") }
    #expect(!scratch.has("out/f/f-00000001.ndjson"))
  }

  @Test func `a file of somebody else is never replaced`() throws {
    let outbox = try open()
    let files = try stage("{}\n", BatchName(feed: "f", sequence: 1), in: outbox)
    try scratch.write("out/f/f-00000001.ndjson", "mine\n")
    try scratch.write("out/f/schema/v1.schema.json", "{}")
    try outbox.publish(files[0], feed: "f")
    let error = #expect(throws: OutboxError.self) { try outbox.publish(files[1], feed: "f") }
    #expect(error?.code == "outbox-taken")
    #expect(try scratch.text("out/f/f-00000001.ndjson") == "mine\n")
  }

  @Test func `staged files that nobody names are swept away`() throws {
    let outbox = try open()
    let files = try stage("{}\n", BatchName(feed: "f", sequence: 1), in: outbox)
    try outbox.sweep(keeping: [files[1].name])
    #expect(scratch.files(under: "out") == [".staging/f-00000001.ndjson", ".staging/owner"])
  }

  @Test func `a staged file is held against what is known of it`() throws {
    let outbox = try open()
    let data = try stage("{\"a\":1}\n", BatchName(feed: "f", sequence: 1), in: outbox)[1]
    try outbox.verify(data)
    try scratch.write("out/.staging/f-00000001.ndjson", "{\"a\":2}\n")
    #expect(throws: OutboxError.self) { try outbox.verify(data) }
    try outbox.discard(data.name)
    try outbox.verify(data)
  }

  @Test(arguments: [1, 7, 65_536, 300_000, 3_000_000])
  func `what is appended in pieces is what is written and hashed`(piece: Int) throws {
    let outbox = try open()
    let writer = try outbox.write("x")
    let bytes = (0..<piece).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let buffer = ByteBuffer(capacity: piece)
    buffer.append(contentsOf: bytes)
    try writer.append(buffer, 0..<piece)
    try writer.restart()
    var expected: [UInt8] = []
    for _ in 0..<3 {
      try writer.append(buffer, 0..<piece)
      try writer.append(buffer, 0..<(piece / 2))
      expected += bytes + bytes.prefix(piece / 2)
    }
    #expect(writer.byteCount == Int64(expected.count))
    let (size, sha256) = try writer.finish()
    #expect(size == Int64(expected.count))
    #expect(try scratch.bytes("out/.staging/x") == expected)
    #expect(sha256 == SHA256Hasher.hash(expected))
  }

  @Test func `a schema in the outbox is known to be there`() throws {
    let outbox = try open()
    #expect(try !outbox.has("schema/v1.schema.json", feed: "f"))
    try scratch.write("out/f/schema/v1.schema.json", "{}")
    #expect(try outbox.has("schema/v1.schema.json", feed: "f"))
  }

  @Test func `is refused where batches were written to another folder`() throws {
    #expect(throws: OutboxError.missing(path: Array("\(scratch.path)/out".utf8))) {
      try open(isKnown: true)
    }
    #expect(scratch.files().isEmpty)
    try scratch.folder("out/.staging")
    _ = try open(isKnown: true)
  }

  @Test func `is refused to another ledger, which removes nothing in it`() throws {
    let outbox = try open()
    _ = try stage("{}\n", BatchName(feed: "f", sequence: 1), in: outbox)
    let before = scratch.files()
    #expect(throws: OutboxError.foreign(path: Array("\(scratch.path)/out".utf8))) {
      try open(as: "them")
    }
    try open(isKnown: true).sweep(keeping: [])
    #expect(before.count == 4)
    #expect(scratch.files() == ["out/.staging/owner"])
  }
}
