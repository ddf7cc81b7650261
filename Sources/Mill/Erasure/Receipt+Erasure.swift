import Inbox
import Outbox

extension Receipt {
  /// The receipt of an original that people were taken out of: it counts them, and shows no row any more.
  ///
  /// Goes by the lines that `JSONWriter` writes; another text stays as it is.
  static func erasing(_ records: Int64, from receipt: [UInt8]) -> [UInt8] {
    var lines = String(decoding: receipt, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if let start = lines.firstIndex(of: "  \"repairs\": ["),
      let end = lines[start...].firstIndex(where: { $0 == "  ]," || $0 == "  ]" })
    {
      lines.removeSubrange(start...end)
    }
    let member = "  \"erased\": "
    if let index = lines.firstIndex(where: { $0.hasPrefix(member) }) {
      let earlier = Int64(lines[index].dropFirst(member.count).prefix { $0 != "," }) ?? 0
      lines[index] = "\(member)\(earlier + records),"
    } else if let index = lines.firstIndex(where: { $0.hasPrefix("  \"records_read\": ") }) {
      lines.insert("\(member)\(records),", at: index)
    }
    return Array(lines.joined(separator: "\n").utf8)
  }

  /// The receipt of a held drop that is gone because it named somebody who was erased.
  static func erased(
    _ original: Archive.Original,
    _ feed: String,
    _ receipt: [UInt8]?
  ) -> [UInt8] {
    JSONWriter.object { json in
      json.member("result", "erased")
      if let id = receipt.flatMap(claim) { json.member("drop", id) }
      json.member("name", bytes: original.name)
      json.member("feed", feed)
      json.member("reason", GroupCode.erased.rawValue)
      json.member(
        "message",
        "It held records of somebody who was erased. Nothing of it was published; "
          + "drop it again, and the other records are taken."
      )
    }
  }

  /// The claim that a receipt is of.
  static func claim(_ receipt: [UInt8]) -> String? {
    String(decoding: receipt, as: UTF8.self).firstMatch(of: /"drop": "([0-9a-f]{16})"/)
      .map { String($0.1) }
  }
}
