import Detection
import Files
import Ledger
import Mill
import Outbox
import Records

extension SchemaBook.Page {
  /// The page for people.
  var text: String {
    var text = "\(feed.slug), version \(feed.schemaVersion), contract \(contract.name)\n\n"
    let columns = (versions.last?.schema.columns ?? []).map { column in
      [column.name, column.type.name, contract.pins(column.name) ? "pinned" : ""]
    }
    text += Table(head: ["column", "type", ""], rows: columns, indent: "  ").text
    text +=
      "\n" + Table(head: ["version", "change", "by", "when"], rows: history, indent: "  ").text
    if !decisions.isEmpty {
      let rows = decisions.map { [$0.action, $0.detail, $0.user, $0.made.text] }
      text += "\n" + Table(head: ["decided", "", "by", "when"], rows: rows, indent: "  ").text
    }
    if !renames.isEmpty {
      let rows = renames.map { rename in
        [
          "\(rename.proposal.from) to \(rename.proposal.to)", "\(rename.proposal.evidence)",
          "version \(rename.version)",
        ]
      }
      text += "\n" + Table(head: ["renamed?", "evidence", "since"], rows: rows, indent: "  ").text
    }
    if !held.isEmpty {
      let rows = held.map { [shown($0.name), $0.reason, $0.claim.text] }
      text += "\n" + Table(head: ["held", "reason", "id"], rows: rows, indent: "  ").text
    }
    return text
  }

  private var history: [[String]] {
    versions.enumerated().map { index, version in
      let before = index > 0 ? versions[index - 1].schema : .empty
      let changes = SchemaDifference(from: before, to: version.schema).changes
      let told =
        index == 0
        ? "\(changes.count) columns" : changes.map { "\($0.kind) \($0)" }.joined(separator: "; ")
      let makers = [version.decidedBy, version.provedBy.map { "drop \($0.text)" }]
      return [
        String(version.version), "\(version.change.rawValue): \(told)",
        makers.compactMap(\.self).joined(separator: ", "), version.made?.text ?? "",
      ]
    }
  }

  /// The page as an object of JSON.
  var json: String {
    let bytes = JSONWriter.object { json in
      json.member("feed", feed.slug)
      json.member("version", feed.schemaVersion)
      json.member("contract", contract.name)
      json.array("columns") { json in
        for column in versions.last?.schema.columns ?? [] {
          json.element { json in
            json.member("name", column.name)
            json.member("type", column.type.name)
            json.member("pinned", contract.pins(column.name))
          }
        }
      }
      json.array("versions") { json in
        for (index, version) in versions.enumerated() {
          let before = index > 0 ? versions[index - 1].schema : .empty
          let told = renames.filter { $0.version == version.version }.map(\.proposal)
          json.element { version.step(since: before, told).write(to: &$0) }
        }
      }
      json.array("decisions") { json in
        for decision in decisions {
          json.element { json in
            json.member("action", decision.action)
            if let drop = decision.drop { json.member("drop", drop.text) }
            json.member("detail", decision.detail)
            json.member("by", decision.user)
            json.member("made", decision.made.text)
          }
        }
      }
      json.array("held") { json in
        for drop in held {
          json.element { json in
            json.member("drop", drop.claim.text)
            json.member("name", bytes: drop.name)
            json.member("reason", drop.reason)
          }
        }
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
