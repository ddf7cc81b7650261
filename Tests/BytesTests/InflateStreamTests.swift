import Bytes
import CZlib
import Foundation
import TestKit
import Testing

struct InflateStreamTests {
  private static let text = Array(
    (0..<4000).map { "\($0),name \($0 * 7919 % 1009),\($0 % 3 == 0 ? "x" : "")\n" }.joined().utf8
  )
  private static let gz = GzipMaker.member(text)

  private func inflate(
    _ bytes: [UInt8],
    _ library: InflateLibrary,
    piece: Int = .max,
    step: Int = 1 << 16,
    limits: InflateLimits = InflateLimits()
  ) throws(BytesError) -> (content: [UInt8], warnings: [InflateWarning]) {
    let stream = InflateStream(
      over: MemoryStream(bytes, piece: piece),
      limits: limits,
      library: library
    )
    let content = try stream.readAll(step: step)
    return (content, stream.warnings)
  }

  @Test(arguments: InflateLibrary.allCases, [0, 1, 9])
  func `a member gives back what was packed`(library: InflateLibrary, level: Int32) throws {
    let packed = GzipMaker.member(Self.text, level: level)
    #expect(try inflate(packed, library).content == Self.text)
  }

  @Test(arguments: InflateLibrary.allCases)
  func `pieces of every size give the same bytes`(library: InflateLibrary) throws {
    let two =
      GzipMaker.member(Array(Self.text.prefix(300))) + GzipMaker.member([])
      + GzipMaker.member(Array(Self.text[300..<900]))
    for piece in [1, 2, 3, 7, 19, 64, 1000] {
      for step in [1, 13, 4096] {
        let got = try inflate(two, library, piece: piece, step: step)
        #expect(got.content == Array(Self.text.prefix(900)))
        #expect(got.warnings.isEmpty)
      }
    }
  }

  /// A fuzzer's find: isa-l took a checksum of a header that came in pieces for data.
  @Test(arguments: InflateLibrary.allCases)
  func `a header with all its parts may be cut anywhere`(library: InflateLibrary) throws {
    let parts: [UInt8] = [6, 0, 0x42, 0x43, 2, 0, 0x1B, 0] + Array("n\0a comment\0".utf8)
    let header: [UInt8] = [0x1F, 0x8B, 8, 0x1E, 0, 0, 0, 0, 0, 3] + parts
    // The lower half of the header's CRC-32 (RFC 1952 §2.3.1).
    let sum = unsafe header.withUnsafeBufferPointer {
      unsafe crc32(0, $0.baseAddress, uInt($0.count))
    }
    let member = header + [UInt8(sum & 0xFF), UInt8(sum >> 8 & 0xFF)] + Self.gz.dropFirst(10)
    for piece in 1...40 {
      #expect(try inflate(member + member, library, piece: piece).content == Self.text + Self.text)
    }
    let damage = #expect(throws: BytesError.self) {
      try inflate(Array(member.prefix(20)), library, piece: 3)
    }
    #expect(damage?.code == "compressed-truncated")
  }

  @Test(arguments: InflateLibrary.allCases)
  func `zeros behind and between members are padding`(library: InflateLibrary) throws {
    let padding = [UInt8](repeating: 0, count: 700)
    let got = try inflate(Self.gz + padding + Self.gz + padding, library)
    #expect(got.content == Self.text + Self.text)
    #expect(got.warnings.isEmpty)
  }

  @Test(arguments: InflateLibrary.allCases)
  func `other bytes behind the last member are a warning`(library: InflateLibrary) throws {
    let got = try inflate(Self.gz + [0, 0, 7, 0x1f, 9], library)
    #expect(got.content == Self.text)
    let warning = InflateWarning.trailingBytes(offset: UInt64(Self.gz.count) + 2, count: 3)
    #expect(got.warnings == [warning])
    #expect(warning.code == "compressed-trailing-bytes")
  }

  @Test(arguments: InflateLibrary.allCases)
  func `a member cut at any byte is truncated`(library: InflateLibrary) throws {
    let small = GzipMaker.member(Array(Self.text.prefix(200)))
    for length in 0..<small.count {
      let cut = Array(small.prefix(length))
      #expect(throws: BytesError.compressedTruncated(offset: UInt64(length))) {
        try inflate(cut, library)
      }
      if length > 1 {
        #expect(throws: BytesError.self) { try inflate(small + cut, library) }
      }
    }
  }

  @Test(arguments: InflateLibrary.allCases)
  func `a changed bit is found or changes nothing`(library: InflateLibrary) throws {
    let text = Array(Self.text.prefix(400))
    let good = GzipMaker.member(text)
    for index in good.indices {
      for bit in 0..<8 {
        var bad = good
        bad[index] ^= 1 << UInt8(bit)
        let content = try? inflate(bad, library).content
        #expect(content == nil || content == text, "byte \(index), bit \(bit)")
      }
    }
  }

  @Test func `the libraries name the same damage`() throws {
    let text = Array(Self.text.prefix(400))
    let good = GzipMaker.member(text)
    func outcome(_ bytes: [UInt8], _ library: InflateLibrary) -> String {
      do {
        return "\(try inflate(bytes, library).content.count)"
      } catch {
        return error.code
      }
    }
    for index in good.indices {
      for bit in 0..<8 {
        var bad = good
        bad[index] ^= 1 << UInt8(bit)
        #expect(outcome(bad, .zlib) == outcome(bad, .fastest), "byte \(index), bit \(bit)")
      }
    }
  }

  @Test(arguments: InflateLibrary.allCases)
  func `a bomb is refused once it passes the limits`(library: InflateLibrary) throws {
    let zeros = GzipMaker.member([UInt8](repeating: 48, count: 1 << 20), level: 9)
    let strict = InflateLimits(ratio: 200, free: 1 << 16)
    let error = #expect(throws: BytesError.self) { try inflate(zeros, library, limits: strict) }
    #expect(error?.code == "inflates-too-far")
    #expect(try inflate(zeros, library).content.count == 1 << 20)
    let small = InflateLimits(total: 1000)
    #expect(throws: BytesError.self) { try inflate(Self.gz, library, limits: small) }
  }

  @Test(arguments: InflateLibrary.allCases)
  func `a bomb in gzip is measured by the outer bytes`(library: InflateLibrary) throws {
    let inner = GzipMaker.member([UInt8](repeating: 48, count: 1 << 20), level: 9)
    let strict = InflateLimits(ratio: 1024, free: 1 << 16)
    let plain = try Uncompressed(of: MemoryStream(inner), limits: strict, library: library)
    #expect(try plain.stream.readAll().count == 1 << 20)
    let packed = MemoryStream(GzipMaker.member(inner, level: 9))
    let nested = try Uncompressed(of: packed, limits: strict, library: library)
    #expect(nested.compression == .gzipTwice)
    #expect(throws: BytesError.self) { try nested.stream.readAll() }
  }

  @Test func `gzip is unpacked twice and no further`() throws {
    let twice = GzipMaker.member(Self.gz)
    let thrice = GzipMaker.member(twice)
    for (bytes, compression, content) in [
      (Self.text, Compression.none, Self.text), (Self.gz, .gzip, Self.text),
      (twice, .gzipTwice, Self.text), (thrice, .gzipTwice, Self.gz), ([], .none, []),
      ([0x1f], .none, [0x1f]),
    ] {
      let opened = try Uncompressed(of: MemoryStream(bytes, piece: 100))
      #expect(opened.compression == compression)
      try opened.stream.look(1000)
      unsafe #expect(Array(opened.stream.head.prefix(1000)) == Array(content.prefix(1000)))
      #expect(try opened.stream.readAll() == content)
    }
  }

  @Test(.enabled(if: Places.hasShared("corpora/gzip"), "the corpora are not there"))
  func `the gzip corpus ends as its truth says`() throws {
    let folder = "\(Places.shared)/corpora/gzip"
    let truth = try String(contentsOfFile: "\(folder)/truth.tsv", encoding: .utf8)
    var seen = 0
    for line in truth.split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: "\t").map(String.init)
      let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(parts[0])")))
      for library in InflateLibrary.allCases {
        var hasher = SHA256Hasher()
        var failure: BytesError?
        do {
          let opened = try Uncompressed(of: MemoryStream(bytes, piece: 4096), library: library)
          let content = try opened.stream.readAll()
          unsafe content.withUnsafeBytes { unsafe hasher.update($0) }
          let isOdd = parts[0].hasPrefix("trailing")
          #expect(opened.warnings.isEmpty != isOdd, "\(parts[0])")
        } catch {
          failure = error
        }
        let digest = hasher.finish().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        switch parts[1] {
        case "ok": #expect(failure == nil && digest == parts[2], "\(parts[0])")
        case "salvage": #expect(failure?.code.hasPrefix("compressed") == true, "\(parts[0])")
        default: #expect(failure?.code == "inflates-too-far", "\(parts[0])")
        }
        seen += 1
      }
    }
    #expect(seen >= 48)
  }
}
