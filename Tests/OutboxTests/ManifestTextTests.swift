import Files
import Foundation
import Outbox
import Testing

@Suite struct `A manifest of which records were taken out` {
  private func source(_ written: Int64, _ rejected: Int64, hash: UInt8) -> Manifest.Source {
    Manifest.Source(
      name: Array("  \"records\": 9,\n".utf8),
      sha256: [UInt8](repeating: hash, count: 32),
      bytes: 5,
      format: "csv",
      compression: "none",
      encoding: "UTF-8",
      recordsRead: written + rejected + 1,
      recordsWritten: written,
      duplicates: 1,
      rejected: rejected
    )
  }

  private var manifest: Manifest {
    let first = source(3, 0, hash: 1)
    return Manifest(
      batch: BatchName(feed: "orders", sequence: 7),
      schemaVersion: 3,
      records: 6,
      bytes: 40,
      sha256: [UInt8](repeating: 0, count: 32),
      created: Timestamp(seconds: 0),
      sources: [first, .deletions(1, by: first), source(2, 4, hash: 2)]
    )
  }

  private func object(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test func `closes its sums source by source, and counts what is gone`() throws {
    let hash = [UInt8](repeating: 0xCD, count: 32)
    let cut = try #require(
      ManifestText(manifest.text, without: [0, 2, 3, 5], size: 9, sha256: hash)
    )
    #expect(cut.deletions == 1)
    let json = try object(cut.text)
    #expect(json["records"] as? Int == 2)
    #expect(json["bytes"] as? Int == 9)
    #expect(json["erased"] as? Int == 4)
    #expect(json["sha256"] as? String == String(repeating: "cd", count: 32))
    let sources = try #require(json["sources"] as? [[String: Any]])
    #expect(sources.map { $0["records_written"] as? Int } == [1, 0, 1])
    #expect(sources.map { $0["rejected"] as? Int } == [2, 1, 5])
    for source in sources {
      let sum = ["records_written", "duplicates", "rejected"].reduce(0) {
        $0 + (source[$1] as? Int ?? 0)
      }
      #expect(source["records_read"] as? Int == sum)
    }
    // A second time it goes on counting.
    let again = try #require(ManifestText(cut.text, without: [1], size: 0, sha256: hash))
    #expect(try object(again.text)["erased"] as? Int == 5)
    #expect(again.deletions == 0)
  }

  @Test func `is refused where it is not of that data, or not ours`() {
    let hash = [UInt8](repeating: 0, count: 32)
    #expect(ManifestText(manifest.text, without: [6], size: 0, sha256: hash) == nil)
    #expect(ManifestText(Array("{}".utf8), without: [], size: 0, sha256: hash) == nil)
  }
}
