import Bytes
import Foundation
import TestKit
import Testing

struct ZipArchiveTests {
  private static let text = Array((0..<3000).map { "\($0),\($0 % 7)\n" }.joined().utf8)

  /// An archive of those files, made by Python's `zipfile`; a name that ends in `/` is a folder.
  private static func archive(
    _ files: [(name: String, content: [UInt8])],
    method: String = "ZIP_DEFLATED"
  ) throws -> [UInt8] {
    let script = """
      import io, sys, zipfile
      names, out, rest = sys.argv[2:], io.BytesIO(), sys.stdin.buffer.read()
      with zipfile.ZipFile(out, 'w', getattr(zipfile, sys.argv[1])) as z:
          for word in names:
              size, name = word.split(':', 1)
              z.writestr(name, rest[:int(size)]); rest = rest[int(size):]
      sys.stdout.buffer.write(out.getvalue())
      """
    let words = files.map { "\($0.content.count):\($0.name)" }
    let input = files.flatMap(\.content)
    return try Command.run("python3", ["-c", script, method] + words, input: input).output
  }

  private func read(
    _ bytes: [UInt8],
    limits: InflateLimits = InflateLimits()
  ) throws -> (content: [UInt8], compression: Compression) {
    let folder = try ScratchFolder()
    let path = try folder.write("archive.zip", bytes)
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    let descriptor = file.fileDescriptor
    let source = FileStream(descriptor: descriptor)
    let opened = try Uncompressed(of: source, file: descriptor, limits: limits)
    return (try opened.stream.readAll(step: 1 << 16), opened.compression)
  }

  @Test(arguments: ["ZIP_DEFLATED", "ZIP_STORED", "ZIP_BZIP2"])
  func `the only file of an archive is the drop`(method: String) throws {
    let got = try read(Self.archive([("export/orders.csv", Self.text)], method: method))
    #expect(got.content == Self.text)
    #expect(got.compression == .zip)
  }

  @Test func `what systems put beside a file is not counted`() throws {
    let noise: [(String, [UInt8])] = [
      ("export/", []), ("__MACOSX/._orders.csv", [1]), ("export/.DS_Store", [2]),
    ]
    #expect(try read(Self.archive(noise + [("export/orders.csv", Self.text)])).content == Self.text)
  }

  @Test func `an archive of several files is refused, and its files are named`() throws {
    let packed = try Self.archive([("a.csv", [1]), ("b\u{1b}.csv", [2])])
    let error = #expect(throws: BytesError.self) { try read(packed) }
    #expect(error?.code == "not-one-file")
    #expect(error?.message.contains("2 files: “a.csv”, “b?.csv”") == true)
  }

  @Test func `an archive without a file is refused`() throws {
    let error = #expect(throws: BytesError.self) { try read(Self.archive([])) }
    #expect(error == .notOneFile(names: [], count: 0))
  }

  @Test func `an archive cut at any place is truncated or damaged, never short`() throws {
    let packed = try Self.archive([("a.csv", Array(Self.text.prefix(400)))])
    for length in stride(from: 12, to: packed.count, by: 7) {
      #expect(throws: BytesError.self) { try read(Array(packed.prefix(length))) }
    }
  }

  @Test func `an entry whose checksum differs is damaged`() throws {
    var packed = try Self.archive([("a.csv", Self.text)], method: "ZIP_STORED")
    packed[200] ^= 1
    let error = #expect(throws: BytesError.self) { try read(packed) }
    #expect(error?.code == "compressed-damaged")
  }

  @Test func `an entry that unpacks too far is refused`() throws {
    let packed = try Self.archive([("a.csv", [UInt8](repeating: 0x20, count: 1 << 20))])
    let error = #expect(throws: BytesError.self) {
      try read(packed, limits: InflateLimits(ratio: 50, free: 1 << 16))
    }
    #expect(error?.code == "inflates-too-far")
  }

  @Test func `a packed file in an archive is unpacked, too`() throws {
    let got = try read(Self.archive([("a.csv.gz", Gzip.member(Self.text))]))
    #expect(got.content == Self.text)
  }
}
