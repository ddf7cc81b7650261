import Foundation
import TestKit
import Testing

@Suite struct `A plan` {
  /// What a receipt tells that does not depend on when and as what the drop was taken.
  private func facts(_ receipt: Data) throws -> NSDictionary {
    var object = try #require(try JSONSerialization.jsonObject(with: receipt) as? [String: Any])
    object["drop"] = nil
    object["settled"] = nil
    // They name the held drop, and a plan holds none.
    object["commands"] = nil
    return object as NSDictionary
  }

  /// The plans of files, by name.
  private func plan(
    _ names: [String],
    in place: Workplace,
    _ options: [String] = []
  ) throws -> [String: NSDictionary] {
    let paths = names.map { "\(place.scratch.path)/\($0)" }
    let ending = try Command.run(
      Places.dropmill,
      ["plan", "--json", "--state", "\(place.scratch.path)/state"] + options + ["--"] + paths
    )
    #expect([0, 1].contains(ending.status), "\(ending.errorText)")
    #expect(ending.lines.count == names.count)
    var plans: [String: NSDictionary] = [:]
    for (name, line) in zip(names, ending.lines) {
      plans[name] = try facts(Data(line.utf8))
    }
    return plans
  }

  /// The receipts that really lie beside the drops, by the name each was dropped under.
  private func receipts(in place: Workplace) throws -> [String: NSDictionary] {
    var found: [String: NSDictionary] = [:]
    for path in place.receiptPaths {
      let receipt = try facts(Data(try place.scratch.bytes("inbox/\(path)")))
      found[receipt["name"] as? String ?? ""] = receipt
    }
    return found
  }

  private let drops: [(name: String, text: String)] = [
    ("orders-1.csv", "id,total\n1,5\n2,7\n"),
    ("orders-2.csv", "id,total\n2,7\n3,9.5\n"),
    ("orders-3.csv", "total,id,note\n7,2,\n1,4,new\n"),
    ("orders-4.csv", "id,total\n1,5\n2,7\n"),
    ("orders-5.csv", "id,total\n5,1\n6\n7,2,3\n"),
    ("orders-6.json", "{\"id\":{\"a\":1}}\n{\"id\":9}\n"),
    ("orders-7.csv", ""),
    ("orders-8.csv", "id,total\n10,01.02.2026\n"),
    ("orders-9.xml", "<r><o><id>1</id><total>5</total></o><o><id>77</id></o></r>"),
  ]

  @Test func `says what the run then does, drop after drop, and changes nothing`() throws {
    let place = try Workplace()
    for drop in drops {
      try place.scratch.write(drop.name, drop.text)
      let before = try place.stateHashes()
      let planned = try plan([drop.name], in: place)
      #expect(try place.stateHashes() == before, "\(drop.name)")
      try place.drop(drop.name, drop.text)
      _ = try place.watchOnce()
      let receipt = try #require(try receipts(in: place)[drop.name])
      #expect(planned[drop.name] == receipt, "\(drop.name): \(planned) but \(receipt)")
    }
    #expect(!place.scratch.has("state/plans"))
  }

  @Test(arguments: ["{key: [id]}, snapshot: true", "{key: [id]}", "occurrence", "none"])
  func `counts as the feed's identity does`(identity: String) throws {
    let place = try Workplace()
    let file = "\(place.scratch.path)/dropmill.yaml"
    try place.scratch.write("dropmill.yaml", "feeds: {stock: {identity: \(identity)}}\n")
    let drops = [
      "id,n\n1,a\n2,b\n3,c\n4,d\n5,e\n6,f\n7,g\n8,h\n9,i\n10,j\n11,k\n12,l\n",
      "id,n\n1,a\n2,B\n3,c\n4,d\n5,e\n6,f\n7,g\n8,h\n9,i\n10,j\n11,k\n11,k\n",
      "id,n\n1,a\n",
    ]
    for (number, text) in drops.enumerated() {
      let name = "stock-\(number).csv"
      try place.scratch.write(name, text)
      let planned = try plan([name], in: place, ["--config", file])
      try place.drop(name, text)
      _ = try place.watchOnce(["--config", file])
      let receipt = try #require(try receipts(in: place)[name])
      #expect(planned[name] == receipt, "\(name): \(planned) but \(receipt)")
    }
  }

  @Test func `of several files counts on those before`() throws {
    let place = try Workplace()
    try place.scratch.write("orders-1.csv", "id\n1\n2\n")
    try place.scratch.write("orders-2.csv", "id\n2\n3\n")
    let plans = try plan(["orders-1.csv", "orders-2.csv"], in: place)
    #expect(plans["orders-1.csv"]?["records_written"] as? Int == 2)
    #expect(plans["orders-2.csv"]?["records_written"] as? Int == 1)
    #expect(!place.scratch.has("state"))
  }

  @Test func `can be made for another feed, with other settings`() throws {
    let place = try Workplace()
    try place.drop("orders.csv", "day,n\n03/04/2026,1\n03/05/2026,2\n")
    _ = try place.watchOnce()
    try place.scratch.write("x.csv", "day,n\n03/04/2026,1\n")
    let same = try plan(["x.csv"], in: place, ["--feed", "orders"])
    #expect(same["x.csv"]?["duplicates"] as? Int == 1)
    let other = try plan(
      ["x.csv"],
      in: place,
      ["--feed", "orders", "--set", "null-words=03/04/2026"]
    )
    #expect(other["x.csv"]?["duplicates"] as? Int == 0)
  }

  @Test func `of a file that lies in the inbox is for the feed it lies in`() throws {
    let place = try Workplace()
    try place.settle("orders/1.csv", "id\n1\n2\n")
    let folders = "inbox: \(place.scratch.path)/inbox\n"
    try place.scratch.write("dropmill.yaml", folders)
    let config = ["--config", "\(place.scratch.path)/dropmill.yaml"]
    try place.drop("orders/2.csv", "id\n2\n3\n")
    let planned = try plan(["inbox/orders/2.csv"], in: place, config)["inbox/orders/2.csv"]
    #expect(planned?["feed"] as? String == "orders")
    #expect(planned?["duplicates"] as? Int == 1)
    _ = try place.watchOnce()
    #expect(try receipts(in: place)["orders/2.csv"] == planned)
    // What lies among our own folders there is dropped anew.
    try place.scratch.write("inbox/_rejected/orders/3.csv", "id\n4\n")
    let mended = try plan(["inbox/_rejected/orders/3.csv"], in: place, config)
    #expect(mended["inbox/_rejected/orders/3.csv"]?["feed"] as? String == "drops")
  }

  @Test func `can be made while another process watches`() throws {
    let place = try Workplace()
    try place.drop("orders-1.csv", "id\n1\n2\n")
    _ = try place.watchOnce()
    let watch = try place.watch()
    try watch.waitUntilWatching()
    try place.scratch.write("orders-2.csv", "id\n2\n3\n")
    let plans = try plan(["orders-2.csv"], in: place)
    #expect(plans["orders-2.csv"]?["duplicates"] as? Int == 1)
    #expect(plans["orders-2.csv"]?["records_written"] as? Int == 1)
    watch.signal(SIGINT)
    #expect(try watch.wait().status == 130)
  }

  @Test func `ends with 1 where a drop would be held, with 66 where there is none`() throws {
    let place = try Workplace()
    try place.scratch.write("empty.csv", "")
    let state = "\(place.scratch.path)/state"
    let held = try Command.run(
      Places.dropmill,
      ["plan", "--state", state, "\(place.scratch.path)/empty.csv"]
    )
    #expect(held.status == 1)
    #expect(held.text.contains("held: empty-file"))
    let missing = try Command.run(
      Places.dropmill,
      ["plan", "--state", state, "\(place.scratch.path)/none.csv"]
    )
    #expect(missing.status == 66)
  }

  /// Files of every corpus, at most so many of each, spread over all of it.
  private static func files(ofEach limit: Int) -> [String] {
    let top = "\(Places.shared)/corpora"
    let corpora = (try? FileManager.default.contentsOfDirectory(atPath: top)) ?? []
    return corpora.sorted().flatMap { corpus -> [String] in
      let walk = FileManager.default.enumerator(atPath: "\(top)/\(corpus)")
      let small = (walk?.allObjects as? [String] ?? []).sorted().filter { path in
        let facts = try? FileManager.default.attributesOfItem(atPath: "\(top)/\(corpus)/\(path)")
        return facts?[.type] as? FileAttributeType == .typeRegular
          && (facts?[.size] as? Int ?? .max) < 200_000
      }
      let step = max(1, small.count / limit)
      return stride(from: 0, to: small.count, by: step).map { "\(top)/\(corpus)/\(small[$0])" }
    }
  }

  /// A number in letters.
  private func letters(_ number: Int) -> String {
    let letter = String(Unicode.Scalar(UInt8(ascii: "a") + UInt8(number % 26)))
    return number < 26 ? letter : letters(number / 26) + letter
  }

  @Test(
    .enabled(if: Places.hasShared("corpora"), "no corpora in ../shared")
  )
  func `equals the run over all corpora`() throws {
    let place = try Workplace()
    var names: [String] = []
    for path in Self.files(ofEach: 40) {
      let content = [UInt8](try Data(contentsOf: URL(filePath: path)))
      // A feed of its own for each file, so that their order decides nothing.
      let name = "q\(letters(names.count))q.\((path as NSString).lastPathComponent)"
      try place.scratch.write(name, content)
      try place.drop(name, content)
      names.append(name)
    }
    #expect(names.count > 50)
    let plans = try plan(names, in: place)
    _ = try place.watchOnce()
    let receipts = try receipts(in: place)
    // Names of half-written files are passed over.
    #expect(receipts.count > names.count * 9 / 10)
    for (name, receipt) in receipts {
      #expect(plans[name] == receipt, "\(name): \(plans[name] as Any) but \(receipt)")
    }
  }
}

extension Workplace {
  /// The state folder's files with their contents.
  func stateHashes() throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for path in scratch.files(under: "state") where path != "control" {
      files[path] = try scratch.bytes("state/\(path)")
    }
    return files
  }
}

extension Command {
  /// Waits until a watch says that it watches.
  func waitUntilWatching() throws {
    try waitUntil("watching ")
  }
}
