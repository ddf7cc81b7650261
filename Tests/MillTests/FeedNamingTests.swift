import Ledger
import Mill
import Testing

struct FeedNamingTests {
  @Test(arguments: [
    ("orders.csv", "orders"), ("orders.csv.gz", "orders"), ("orders-2026-11-23.csv", "orders"),
    ("2026-11-23_orders.csv", "orders"), ("orders_20261123T081500Z.json", "orders"),
    ("orders20261123.csv", "orders"), ("orders-000042.xml", "orders"),
    ("orders-9f86d081884c7d65.csv", "orders"), ("orders (2).csv", "orders"),
    ("orders~2.csv", "orders"), ("orders_2026_eu.csv", "orders_eu"), ("sales-q3.csv", "sales-q3"),
    ("customer-list.v2.csv", "customer-list"), ("Orders 23.11.2026.CSV.GZ", "Orders"),
    ("orders-3f2504e0-4f89-41d3-9a0c-0305e82c3301.json", "orders"), ("decade.csv", "decade"),
    ("2026-11-23.csv", "drops"), (".csv", "csv"), ("orders", "orders"), ("cafe.csv", "cafe"),
    ("facade.csv", "facade"), ("orders.backup.csv", "orders.backup"),
  ])
  func `is the file name without what changes`(name: String, feed: String) {
    let found = FeedNaming.feed(folder: [], name: Array(name.utf8))
    #expect(String(decoding: found.bytes, as: UTF8.self) == feed)
    #expect(found.slug == feed)
  }

  @Test func `is the sub-folder, whatever the file is called`() {
    let folder = ["shop", "eu"].map { Array($0.utf8) }
    let found = FeedNaming.feed(folder: folder, name: Array("2026.csv".utf8))
    #expect(found.bytes == Array("shop/eu".utf8))
    #expect(found.slug == "shop.eu")
    let other = FeedNaming.feed(folder: [Array("shop.eu".utf8)], name: Array("2026.csv".utf8))
    #expect(other.bytes != found.bytes)
  }

  @Test(arguments: [
    ("../../etc", "etc"), ("a b/ü", "a-b--"), (".staging", "staging"), ("_done", "done"),
    ("$(x);<i>", "x---i-"), ("\u{202E}", "drops"), ("", "drops"),
    (String(repeating: "x", count: 200), String(repeating: "x", count: 64)),
  ])
  func `is safe in a path`(name: String, slug: String) {
    #expect(FeedNaming.feed(folder: [Array(name.utf8)], name: [0x61]).slug == slug)
  }
}
