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
    drift: Drift,
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
      describe(report, to: &json)
      json.object("schema") { json in
        json.member("version", drift.version)
        json.array("added") { json in
          for name in drift.added { json.element(name) }
        }
        json.array("widened") { json in
          for name in drift.widened { json.element(name) }
        }
      }
    }
  }

  /// The receipt of a drop of which nothing was published.
  static func held(
    _ claim: ClaimedDrop,
    _ drop: SettledDrop,
    at moment: Timestamp,
    place: (line: UInt64, column: UInt64)?
  ) -> [UInt8] {
    JSONWriter.object { json in
      head("held", claim, drop, at: moment, to: &json)
      json.member("reason", drop.reason ?? "")
      json.member("message", drop.message ?? "")
      if let place {
        json.member("line", place.line)
        json.member("column", place.column)
      }
    }
  }

  /// How a drop's schema differs from what the feed had before.
  struct Drift {
    /// The version its new records follow; that of the feed when it brought none.
    var version: Int
    /// Columns that the feed did not know.
    var added: [String] = []
    /// Columns that have a wider type now, with both.
    var widened: [String] = []

    /// What changed from one schema to the next.
    init(from known: Schema?, to proved: Schema, version: Int) {
      self.version = version
      guard let known else { return }
      for column in proved.columns {
        guard let before = known.type(of: column.name) else {
          added.append("\(column.name): \(column.type.name)")
          continue
        }
        guard let after = before.joined(with: column.type), after != before else { continue }
        widened.append("\(column.name): \(before.name) to \(after.name)")
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

  private static func describe(_ report: ConversionReport, to json: inout JSONWriter) {
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
    if !report.warnings.isEmpty {
      json.array("warnings") { json in
        for warning in report.warnings { json.element(warning) }
      }
    }
  }
}
