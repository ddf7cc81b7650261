import Foundation
import TestKit
import Testing

@Suite(.enabled(if: Places.hasShared("corpora/records/files"), "no corpora in ../shared"))
struct `Real exports` {
  private static func files(of corpus: String) -> [String] {
    let folder = "\(Places.shared)/corpora/\(corpus)/files"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().map { "\(folder)/\($0)" }
  }

  private static let exports = files(of: "bank-exports") + files(of: "records")

  @Test func `end as batch, rejection or hold, each with a receipt whose sums close`() throws {
    let place = try Workplace()
    for path in Self.exports { try place.drop(name(path), bytes(path)) }
    for path in Self.exports.prefix(3) {
      try place.drop("packed/\(name(path)).gz", try Gzip.member(bytes(path)))
    }
    let ending = try place.watchOnce()
    #expect([0, 1].contains(ending.status), "\(ending.errorText)")
    try expectSettled(place, drops: Self.exports.count + 3)
  }

  @Test func `are settled while they come by copy, by rename and slowly`() throws {
    let place = try Workplace()
    let daemon = try place.watch()
    let small = Self.exports.filter { ((try? bytes($0).count) ?? .max) < 2_000 }.prefix(3)
    for (index, path) in Self.exports.enumerated() where !small.contains(path) {
      if index.isMultiple(of: 2) {
        try place.drop(name(path), bytes(path))
      } else {
        try place.scratch.deliver("inbox/\(name(path))", bytes(path))
      }
    }
    for path in small {
      try SlowWriter.write(bytes(path), to: "\(place.scratch.path)/inbox/\(name(path))")
    }
    let isSettled = FolderWatch.wait(under: "\(place.scratch.path)/inbox") {
      place.receiptPaths.count == Self.exports.count
    }
    #expect(isSettled, "\(place.receiptPaths.count) of \(Self.exports.count) receipts")
    daemon.signal(SIGTERM)
    #expect([0, 143].contains(try daemon.wait().status))
    try expectSettled(place, drops: Self.exports.count)
  }

  private func expectSettled(_ place: Workplace, drops: Int) throws {
    #expect(place.receiptPaths.count == drops)
    for path in place.receiptPaths {
      let receipt = try place.receipt(at: path)
      let accounted = receipt.recordsWritten + receipt.duplicates + receipt.rejected
      #expect(receipt.recordsRead == accounted, "\(path)")
    }
    let left = place.scratch.files(under: "inbox").filter { !$0.hasPrefix("_") }
    #expect(left == [], "left in the inbox")
    guard Verifier.isAvailable else { return }
    let verdict = try Verifier.check("\(place.scratch.path)/outbox")
    #expect(verdict.status == 0, "\(verdict.text)")
    #expect(verdict.text.contains(" 0 breaches"))
  }

  private func name(_ path: String) -> String { (path as NSString).lastPathComponent }

  private func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path)))
  }
}
