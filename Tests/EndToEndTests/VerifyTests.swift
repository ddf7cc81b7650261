import Foundation
import TestKit
import Testing

@Suite struct `Verify` {
  private func verify(_ place: Workplace, _ more: [String] = []) throws -> Command.Ending {
    let path = place.scratch.path
    return try Command.run(
      Places.dropmill,
      ["verify", "\(path)/outbox", "--state", "\(path)/state"] + more
    )
  }

  private func filled() throws -> Workplace {
    let place = try Workplace()
    try place.drop("orders.csv", "id,n\n1,a\n2,b\n")
    #expect(try place.watchOnce().status == 0)
    try place.drop("orders-2.csv", "id,n\n2,b\n3,c\n")
    #expect(try place.watchOnce().status == 0)
    return place
  }

  @Test func `finds nothing wrong with what watch wrote, and says what it saw`() throws {
    let place = try filled()
    let ending = try verify(place)
    #expect(ending.status == 0)
    #expect(ending.text.contains("orders: 2 batches, 3 records"))
    #expect(ending.text.contains("nothing is wrong: the outbox and the ledger"))
    #expect(try verify(place, ["--json"]).text.contains("\"findings\":[]"))
  }

  @Test func `finds nothing wrong with deletions, which no drop wrote`() throws {
    let place = try Workplace()
    let options = ["--set", "identity={key: [id]}", "--set", "snapshot=true"]
    _ = try place.settle("stock/1.csv", "id,n\n" + (1...20).map { "\($0),a\n" }.joined(), options)
    _ = try place.settle("stock/2.csv", "id,n\n" + (1...19).map { "\($0),a\n" }.joined(), options)
    #expect(try place.records(of: "stock").last == #"{"$deleted":true,"id":20}"#)
    let ending = try verify(place)
    #expect(ending.status == 0, "\(ending.text)")
  }

  @Test func `counts what a target took, which is not wrong`() throws {
    let place = try filled()
    for ending in ["manifest.json", "ndjson"] {
      try FileManager.default.removeItem(
        atPath: "\(place.scratch.path)/outbox/orders/orders-00000001.\(ending)"
      )
    }
    let ending = try verify(place)
    #expect(ending.status == 0)
    #expect(ending.text.contains("1 batches, 1 records"))
    #expect(ending.text.contains("1 taken by the target"))
  }

  @Test func `ends with 65 where a batch was written anew with its manifest`() throws {
    let place = try filled()
    let folder = "outbox/orders/orders-00000002"
    let text = try place.scratch.text("\(folder).ndjson")
    let changed = text.replacingOccurrences(of: "\"c\"", with: "\"x\"")
    let data = try place.scratch.write("\(folder).ndjson", changed)
    let sum = String(try Command.run("sha256sum", [data]).text.prefix(64))
    let manifest = try place.scratch.text("\(folder).manifest.json")
    let old = try #require(manifest.firstMatch(of: /"sha256": *"([0-9a-f]{64})",\s*"created"/)).1
    try place.scratch.write(
      "\(folder).manifest.json",
      manifest.replacingOccurrences(of: old, with: sum)
    )
    #expect(try verify(place, ["--no-ledger"]).status == 0)
    let ending = try verify(place)
    #expect(ending.status == 65)
    #expect(ending.text.contains("batch-differs"))
  }

  @Test func `finds a run of fingerprints with a changed byte`() throws {
    let place = try filled()
    let run = try #require(place.scratch.files(under: "state/fingerprints").first)
    var bytes = try place.scratch.bytes("state/fingerprints/\(run)")
    bytes[130] ^= 1
    try place.scratch.write("state/fingerprints/\(run)", bytes)
    #expect(try verify(place).text.contains("run-differs"))
  }

  @Test func `makes no state where there is none`() throws {
    let place = try Workplace()
    #expect(try verify(place).status == 66)
    #expect(!place.scratch.has("state"))
  }
}
