import Canonical
import Conversion
import Files
import Inbox
import Ledger
import Outbox
import Records

/// The answer that lies beside a settled drop.
enum Receipt {
  /// The receipt of a drop whose records were written, known or rejected, all accounted for.
  static func converted(
    _ claim: ClaimedDrop,
    _ drop: SettledDrop,
    _ sink: DropSink,
    _ report: ConversionReport,
    at moment: Timestamp,
    duplicateOf: String?,
    _ judgement: Judgement,
    schemaVersion: Int,
    rejectsPath: String?,
    identity: IdentityMode
  ) -> [UInt8] {
    JSONWriter.object { json in
      head("accepted", claim, drop, at: moment, to: &json)
      if let batch = drop.batch { json.member("batch", batch) }
      json.identity(identity)
      if let duplicateOf {
        json.member("same_content_as", duplicateOf)
      }
      if case .snapshot = identity { json.member("deleted", sink.deleted) }
      if sink.withheldDeletes > 0 { json.member("deletions_withheld", sink.withheldDeletes) }
      if !sink.duplicateLines.isEmpty {
        json.array("duplicate_lines") { json in
          for line in sink.duplicateLines { json.element(line) }
        }
      }
      if let rejectsPath { json.member("rejected_in", rejectsPath) }
      if sink.rejects.count > 0 {
        json.object("rejected_by_reason") { json in
          for (code, count) in sink.rejects.counts.sorted(by: { $0.key.rawValue < $1.key.rawValue })
          {
            json.member(code.rawValue, count)
          }
        }
      }
      repairs(report, to: &json)
      json.object("content") { json in
        json.member("sha256", hash: report.contentSHA256)
        json.member("bytes", report.contentBytes)
      }
      describe(report, judgement.warnings, to: &json)
      json.object("schema") { json in
        json.member("version", schemaVersion)
        describe(judgement, to: &json)
      }
    }
  }

  /// The receipt of a drop of which nothing was published.
  static func held(
    _ claim: ClaimedDrop,
    _ drop: SettledDrop,
    at moment: Timestamp,
    place: (line: UInt64, column: UInt64)?,
    _ judgement: Judgement?
  ) -> [UInt8] {
    JSONWriter.object { json in
      head("held", claim, drop, at: moment, to: &json)
      json.member("reason", drop.reason ?? "")
      json.member("message", drop.message ?? "")
      if let place {
        json.member("line", place.line)
        json.member("column", place.column)
      }
      if let judgement { found(judgement, to: &json) }
      json.array("commands") { json in
        for command in drop.commands {
          json.element { json in
            json.member("command", command.text)
            json.member("effect", command.effect)
          }
        }
      }
    }
  }

  /// The receipt of a drop that a person let go.
  static func discarded(
    _ claim: ClaimedDrop,
    _ drop: SettledDrop,
    _ decision: Decision?,
    at moment: Timestamp
  ) -> [UInt8] {
    JSONWriter.object { json in
      head("discarded", claim, drop, at: moment, to: &json)
      json.member("reason", drop.reason ?? "")
      json.member("message", drop.message ?? "")
      if let decision {
        json.member("decided_by", decision.user)
        json.member("decided", decision.made.text)
      }
    }
  }
}

extension Receipt {
  /// What a held drop holds, of which nothing was published.
  private static func found(_ judgement: Judgement, to json: inout JSONWriter) {
    json.object("found") { json in
      json.member("records", judgement.read)
      json.member("rejected", judgement.rejects.count)
      json.array("first_rejects") { json in
        for reject in judgement.rejects.kept.prefix(10) {
          json.element { json in
            json.member("line", reject.line)
            json.member("column", reject.column)
            json.member("reason", reject.code.rawValue)
            json.member("found", reject.found)
          }
        }
      }
    }
    json.object("schema") { describe(judgement, to: &$0) }
  }

  /// What the drop's columns are to the feed's.
  private static func describe(_ judgement: Judgement, to json: inout JSONWriter) {
    let difference = judgement.difference
    for (name, kind) in [
      ("added", SchemaDifference.Change.Kind.added), ("widened", .widened), ("replaced", .replaced),
    ] {
      json.array(name) { json in
        for change in difference?.changes(kind) ?? [] { json.element(change.description) }
      }
    }
    json.array("missing") { json in
      for name in judgement.missing { json.element(name) }
    }
    guard !judgement.renames.isEmpty else { return }
    json.array("proposed_renames") { json in
      for rename in judgement.renames {
        json.element { json in
          rename.write(to: &json)
          json.member("to_accept", judgement.names.line(accepting: rename))
        }
      }
    }
  }
}

extension Receipt {
  static func head(
    _ result: String,
    _ claim: ClaimedDrop,
    _ drop: SettledDrop,
    at moment: Timestamp,
    to json: inout JSONWriter
  ) {
    json.member("result", result)
    json.member("drop", claim.id)
    json.member("name", bytes: claim.path)
    json.member("feed", drop.feed)
    json.member("bytes", claim.facts.size)
    json.member("settled", moment.text)
    json.member("records_read", drop.read)
    json.member("records_written", drop.written)
    json.member("duplicates", drop.duplicates)
    json.member("rejected", drop.rejected)
  }

  /// The records that were read otherwise than they stand: how many, and the first with both readings.
  private static func repairs(_ report: ConversionReport, to json: inout JSONWriter) {
    guard report.recordsRepaired > 0 else { return }
    json.member("repaired", report.recordsRepaired)
    json.array("repairs") { json in
      for repair in report.repairs {
        json.element { json in
          json.member("line", repair.line)
          json.array("done") { json in
            for kind in repair.kinds { json.element(kind.rawValue) }
          }
          for (name, fields) in [("before", repair.before), ("after", repair.after)] {
            json.array(name) { json in
              for field in fields { json.element(String(decoding: field, as: UTF8.self)) }
            }
          }
        }
      }
    }
  }

  private static func describe(
    _ report: ConversionReport,
    _ warnings: [String],
    to json: inout JSONWriter
  ) {
    json.object("detected") { json in
      for (name, value) in report.detected { json.member(name, value) }
    }
    if !report.doubts.isEmpty {
      json.array("left_as_text") { json in
        for open in report.doubts {
          json.element { json in
            json.member("column", open.name)
            json.member("doubt", open.doubt.rawValue)
            json.member("question", open.doubt.question)
          }
        }
      }
    }
    if !report.nullWords.isEmpty {
      json.array("read_as_null") { json in
        for null in report.nullWords {
          json.element { json in
            json.member("column", null.name)
            json.member("word", null.word)
            json.member("records", null.count)
          }
        }
      }
    }
    if !(report.warnings + warnings).isEmpty {
      json.array("warnings") { json in
        for warning in report.warnings + warnings { json.element(warning) }
      }
    }
  }
}
