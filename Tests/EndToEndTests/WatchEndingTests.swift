import Foundation
import Glibc
import TestKit
import Testing

@Suite struct `Watch ends` {
  private func run(_ arguments: [String], in place: Workplace) throws -> Command.Ending {
    try Command.run(Places.dropmill, ["watch"] + arguments, in: place.scratch.path)
  }

  @Test func `with 66 when there is no inbox`() throws {
    let ending = try run(["nowhere", "outbox", "--once"], in: try Workplace())
    #expect(ending.status == 66)
    #expect(ending.errorText.contains("nowhere"))
  }

  @Test(arguments: ["inbox", "inbox/out", "."])
  func `with 78 when inbox and outbox lie in one another`(outbox: String) throws {
    let ending = try run(["inbox", outbox, "--once"], in: try Workplace())
    #expect(ending.status == 78)
    #expect(ending.errorText.contains("lie in one another"))
  }

  @Test func `with 75 when another one works with the same state`() throws {
    let place = try Workplace()
    let daemon = try place.watch()
    #expect(FolderWatch.wait(under: place.scratch.path) { place.scratch.has("inbox/.claimed") })
    let second = try place.watchOnce()
    #expect(second.status == 75)
    #expect(second.errorText.contains("another dropmill works here"))
    daemon.signal(SIGTERM)
    #expect(try daemon.wait().status == 128 + SIGTERM)
  }

  @Test func `with 75 when its inbox is moved away`() throws {
    let place = try Workplace()
    let daemon = try place.watch()
    #expect(
      FolderWatch.wait(under: place.scratch.path) { place.scratch.has("inbox/.claimed") }
    )
    try place.drop("a.csv", "id,n\n1,1\n")
    #expect(
      FolderWatch.wait(under: place.scratch.path) { place.receiptPaths.count == 1 }
    )
    try FileManager.default.moveItem(
      atPath: "\(place.scratch.path)/inbox",
      toPath: "\(place.scratch.path)/elsewhere"
    )
    let ending = try daemon.wait()
    #expect(ending.status == 75)
    #expect(ending.errorText.contains("the inbox was moved"))
  }

  @Test func `with 74 when a batch cannot be written on its thread, and loses nothing`() throws {
    let place = try Workplace()
    let note = String(repeating: "n", count: 600)
    let rows = (0..<12_000).map { "\($0),\(note)\n" }
    try place.drop("notes/a.csv", "id,note\n" + rows.joined())
    // A file may take 4096 blocks of 512 or 1024 bytes: the batch is larger, and nothing else is.
    let limited =
      "trap '' XFSZ; ulimit -f 4096; exec \"$0\" watch inbox outbox --state state --once"
    let ending = try Command.run("sh", ["-c", limited, Places.dropmill], in: place.scratch.path)
    #expect(ending.status == 74, "\(ending.errorText)")
    #expect(ending.errorText.contains("File too large"), "\(ending.errorText)")
    #expect(place.scratch.files(under: "outbox").allSatisfy { $0.hasPrefix(".staging/") })
    #expect(place.receiptPaths == [])
    #expect(try place.watchOnce().status == 0)
    #expect(place.scratch.files(under: "outbox/.staging") == ["owner"])
    #expect(try place.receipts(of: "a.csv").map(\.recordsWritten) == [12_000])
    #expect(try place.records(of: "notes").count == 12_000)
  }

  @Test func `with 1 and the reason when a link is dropped, which is never followed`() throws {
    let place = try Workplace()
    let secret = try place.scratch.write("secret.csv", "id,n\n1,1\n")
    try FileManager.default.createSymbolicLink(
      atPath: "\(place.scratch.path)/inbox/link.csv",
      withDestinationPath: secret
    )
    let made = unsafe mkfifo("\(place.scratch.path)/inbox/pipe.csv", 0o600)
    try #require(made == 0)
    let ending = try place.watchOnce()
    #expect(ending.status == 1)
    #expect(ending.errorText.contains("not-regular"))
    #expect(place.scratch.files(under: "outbox") == [".staging/owner"])
    for name in ["link/link.csv", "pipe/pipe.csv"] {
      let receipt = try place.scratch.json("inbox/_held/\(name).receipt.json")
      #expect(receipt["reason"] as? String == "not-regular")
      #expect(receipt["records_read"] as? Int == 0)
    }
  }
}
