import Foundation
import Glibc
import TestKit
import Testing

@Suite struct `Watch` {
  private let orders = "id,name\n1,Ann\n2,Ben\n3,Cas\n"
  private let records = [
    #"{"id":1,"name":"Ann"}"#, #"{"id":2,"name":"Ben"}"#, #"{"id":3,"name":"Cas"}"#,
  ]

  @Test func `turns a drop into a batch with its manifest, schema and receipt`() throws {
    let place = try Workplace()
    try place.drop("orders/monday.csv", orders)
    let ending = try place.watchOnce()
    #expect(ending.status == 0, "\(ending.errorText)")
    #expect(try place.records(of: "orders") == records)
    #expect(place.scratch.has("outbox/orders/orders-00000001.manifest.json"))
    #expect(place.scratch.has("outbox/orders/schema/v1.schema.json"))
    let receipt = try #require(try place.receipts(of: "monday.csv").first)
    #expect(receipt.recordsRead == 3)
    #expect(receipt.recordsWritten == 3)
    #expect(!place.scratch.has("inbox/orders/monday.csv"))
  }

  @Test func `says at once, and in the receipt, which answers may not be relied on`() throws {
    let place = try Workplace()
    try place.drop("words/plain.csv", "alpha\nbeta\ngamma\n")
    try place.drop(
      "odd/a.csv",
      "id,name,city\n1,Ann,Bonn\n2,Ben,Oslo\n3,Cas,Rome,\n4,Dee,Bern\n5,Eve,Ulm\n"
    )
    let ending = try place.watchOnce()
    #expect(ending.status == 0)
    #expect(ending.errorText.contains("odd/a.csv: 5 read, 5 new, 1 repaired: odd-00000001\n"))
    #expect(
      ending.errorText.contains("  uncertain: header; the receipt says what would settle it\n")
    )
    let path = try #require(place.receiptPaths.first { $0.contains("plain") })
    let receipt = String(decoding: try place.scratch.bytes("inbox/\(path)"), as: UTF8.self)
    #expect(receipt.contains(#""uncertain_header": "1 row; the first row could be either"#))
  }

  @Test func `writes the same lines as convert`() throws {
    let place = try Workplace()
    let table = "id;price;day;zip\n1;0,5;25.11.2026;01234\n2;1.000,25;01.12.2026;98765\n"
    try place.drop("sales/a.csv", table)
    #expect(try place.watchOnce().status == 0)
    let converted = try Command.run(Places.dropmill, ["convert", "-"], input: Array(table.utf8))
    #expect(try place.records(of: "sales") == converted.lines)
    #expect(!converted.lines.isEmpty)
  }

  @Test func `takes nothing new from a drop it has had, whatever its name or form`() throws {
    let place = try Workplace()
    try place.drop("orders/monday.csv", orders)
    #expect(try place.watchOnce().status == 0)
    try place.drop("orders/again.csv", orders)
    try place.drop("orders/packed.csv.gz", Gzip.member(orders.utf8))
    try place.drop("orders/other.json", #"[{"name":"Cas","id":3},{"name":"Ann","id":1}]"#)
    #expect(try place.watchOnce().status == 0)
    #expect(try place.records(of: "orders") == records)
    for (name, read) in [("again.csv", 3), ("packed.csv.gz", 3), ("other.json", 2)] {
      let receipt = try #require(try place.receipts(of: name).first)
      #expect(receipt.recordsRead == read)
      #expect(receipt.duplicates == read)
      #expect(receipt.recordsWritten == 0)
    }
  }

  @Test func `takes nothing new from a drop that came twice at once, whatever came between`() throws
  {
    let place = try Workplace()
    for name in ["1", "3"] { try place.drop("orders/\(name).csv", "id,name\n1,Ann\n2,Ben\n") }
    try place.drop("orders/2.csv", "id,name\nx,Cas\n")
    #expect(try place.watchOnce().status == 0)
    #expect(try place.records(of: "orders").count == 3)
    let first = try #require(try place.receipts(of: "1.csv").first)
    let second = try #require(try place.receipts(of: "3.csv").first)
    #expect(first.recordsWritten + second.recordsWritten == 2)
    #expect(first.duplicates + second.duplicates == 2)
  }

  @Test func `puts a bad row aside with its line, column and reason`() throws {
    let place = try Workplace()
    try place.drop("people/p.csv", "id,name,city\n1,Ann,Oslo\n2,Ben,1,2,3,4,5,6,7,8\n3,Cas,Rome\n")
    #expect(try place.watchOnce().status == 1)
    #expect(try place.records(of: "people").count == 2)
    let receipt = try #require(try place.receipts(of: "p.csv").first)
    #expect(receipt.recordsRead == 3)
    #expect(receipt.rejected == 1)
    let aside = try place.scratch.text("inbox/_rejected/people/p.csv")
    let header = try #require(aside.split(separator: "\n").first)
    #expect(header.contains("_line") && header.contains("_column") && header.contains("_reason"))
    #expect(aside.contains("Ben"))
    #expect(aside.contains("row-width"))
  }

  @Test func `holds a drop that it cannot read, whole and with a receipt`() throws {
    let place = try Workplace()
    let cut = Array(try Gzip.member(orders.utf8).dropLast(6))
    try place.drop("orders/cut.csv.gz", cut)
    #expect(try place.watchOnce().status == 1)
    #expect(try place.scratch.bytes("inbox/_held/orders/cut.csv.gz") == cut)
    let receipt = try place.scratch.text("inbox/_held/orders/cut.csv.gz.receipt.json")
    #expect(receipt.contains("compressed-truncated"))
    #expect(try place.records(of: "orders").isEmpty)
  }

  @Test func `settles drops that come by copy, by rename and slowly while it runs`() throws {
    let place = try Workplace()
    let daemon = try place.watch()
    try place.drop("orders/copied.csv", "id,name\n1,Ann\n")
    try place.scratch.deliver("inbox/orders/renamed.csv", "id,name\n2,Ben\n".utf8)
    let slow = (3...40).map { "\($0),a name of some length\n" }.joined()
    try SlowWriter.write(
      Array("id,name\n\(slow)".utf8),
      to: "\(place.scratch.path)/inbox/orders/slow.csv"
    )
    #expect(
      FolderWatch.wait(under: "\(place.scratch.path)/inbox") { place.receiptPaths.count == 3 }
    )
    try stop(daemon)
    #expect(try place.records(of: "orders").count == 40)
    let receipt = try #require(try place.receipts(of: "slow.csv").first)
    #expect(receipt.recordsRead == 38)
  }

  @Test func `stops on SIGTERM and takes up the rest at the next start`() throws {
    let place = try Workplace()
    let daemon = try place.watch()
    try place.drop("orders/first.csv", orders)
    #expect(
      FolderWatch.wait(under: "\(place.scratch.path)/inbox") { place.receiptPaths.count == 1 }
    )
    for number in 0..<200 { try place.drop("many/\(number).csv", "id,n\n\(number),1\n") }
    try stop(daemon)
    #expect(try place.watchOnce().status == 0)
    #expect(try place.records(of: "many").count == 200)
    #expect(place.receiptPaths.count == 201)
  }

  /// Stops the daemon; one that hangs is killed after a minute, and the test fails.
  private func stop(_ daemon: Command) throws {
    let executioner = try Command("sh", ["-c", "sleep 60; kill -KILL \(daemon.id)"])
    daemon.signal(SIGTERM)
    let ending = try daemon.wait()
    #expect([0, 128 + SIGTERM].contains(ending.status), "\(ending.errorText)")
    withExtendedLifetime(executioner) {}
  }
}
