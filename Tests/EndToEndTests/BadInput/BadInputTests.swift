import Foundation
import TestKit
import Testing

/// Everything that can be wrong with a drop, each beside all others: none crashes, hangs or holds up the rest.
@Suite struct `Bad input` {
  /// All of it dropped at once and settled; how the run ended.
  private static let settled = Result {
    let place = try Workplace()
    for drop in BadDrop.all { try place.drop("\(drop.name)/\(drop.file)", drop.bytes) }
    return (place: place, ending: try place.watchOnce())
  }

  @Test(arguments: BadDrop.all)
  func `comes to the end that its reason says`(drop: BadDrop) throws {
    let place = try Self.settled.get().place
    let paths = place.receiptPaths.filter { $0.contains("/\(drop.name)/") }
    try #require(paths.count == 1, "\(paths)")
    let receipt = try place.scratch.json("inbox/\(paths[0])")
    #expect(Self.fate(receipt) == drop.fate, "\(receipt["message"] ?? "")")
    let original = paths[0].replacing(".receipt.json", with: "")
    #expect(try place.scratch.bytes("inbox/\(original)") == drop.bytes)
    if receipt["result"] as? String == "held" {
      #expect(try place.records(of: drop.name).isEmpty)
    }
  }

  @Test func `leaves an outbox that verifies, and nothing in the inbox`() throws {
    let (place, ending) = try Self.settled.get()
    #expect(ending.status == 1, "\(ending.errorText)")
    let left = place.scratch.files(under: "inbox").filter { !$0.hasPrefix("_") }
    #expect(left == [])
    let verified = try Command.run(
      Places.dropmill,
      ["verify", "\(place.scratch.path)/outbox", "--state", "\(place.scratch.path)/state"]
    )
    #expect(verified.status == 0, "\(verified.errorText)")
  }

  @Test func `past a limit costs the record, or holds the drop, and says which limit`() throws {
    let place = try Workplace()
    let long = String(repeating: "x", count: 100_000)
    let drops = [
      BadDrop("field", "a,b\n1,\(long)\n2,y\n", "2 read, 1 written, 1 field-too-long"),
      BadDrop("quoted", "a,b\n1,\"\(long)\"\n2,y\n", "2 read, 1 written, 1 field-too-long"),
      BadDrop(
        "text",
        "<l><r><n>\(long)</n></r><r><n>2</n></r></l>",
        as: "a.xml",
        "2 read, 1 written, 1 field-too-long"
      ),
      BadDrop(
        "value",
        "{\"a\":\"\(long)\"}\n{\"a\":\"y\"}\n",
        as: "a.ndjson",
        "2 read, 1 written, 1 field-too-long"
      ),
    ]
    for drop in drops { try place.drop("\(drop.name)/\(drop.file)", drop.bytes) }
    let limits = ["--set", "limits.field=16KiB", "--set", "max-rejects=100%"]
    #expect(try place.watchOnce(limits).status == 1)
    for drop in drops {
      let path = try #require(place.receiptPaths.first { $0.contains("/\(drop.name)/") })
      let receipt = try place.scratch.json("inbox/\(path)")
      #expect(Self.fate(receipt) == drop.fate, "\(drop.name): \(receipt["message"] ?? "")")
    }
  }

  /// What a receipt says became of the drop, in the words of ``BadDrop/fate``.
  static func fate(_ receipt: [String: Any]) -> String {
    if receipt["result"] as? String == "held" { return "held \(receipt["reason"] ?? "")" }
    let (read, written) = (receipt["records_read"] as? Int, receipt["records_written"] as? Int)
    let rejects = (receipt["rejected_by_reason"] as? [String: Int] ?? [:]).sorted {
      $0.key < $1.key
    }
    return
      (["\(read ?? -1) read", "\(written ?? -1) written"] + rejects.map { "\($0.value) \($0.key)" })
      .joined(separator: ", ")
  }
}
