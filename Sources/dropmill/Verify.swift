import ArgumentParser
import Audit
import Detection
import Files
import Mill

/// Holds an outbox and the ledger against each other, and both against their checksums.
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Checks every checksum, count, sequence and line of OUTBOX, and the ledger with it.",
    discussion: """
      Reads everything and changes nothing. Ends with 65 where something is wrong. The ledger can be
      compared only while no other dropmill works with the state folder.

      Examples:
        dropmill verify
        dropmill verify /srv/out --state /var/lib/dropmill
        dropmill verify /mnt/copy --no-ledger    a copy of an outbox, somewhere else
      """
  )

  @Argument(help: ArgumentHelp("The folder that targets read.", valueName: "outbox"))
  var outbox = "outbox"

  @Option(help: ArgumentHelp("The folder of the ledger and the fingerprints.", valueName: "dir"))
  var state = ".dropmill"

  @Flag(inversion: .prefixedNo, help: "Compare the ledger, too.")
  var ledger = true

  @Flag(help: "One JSON object on standard output.")
  var json = false

  func run() throws {
    let report: AuditReport
    do {
      report =
        try ledger
        ? Mill.audit(outbox: outbox, state: Array(state.utf8)) : Auditor.run(outbox: outbox)
    } catch let error as MillError {
      Talk.say("dropmill: \(error)")
      throw ExitCode(error.exitCode)
    } catch let error as FileError {
      Talk.say("dropmill: \(error)")
      throw ExitCode(error.exitCode)
    }
    try File.standardOutput().write(Array((json ? report.json : report.table).utf8))
    if !report.findings.isEmpty { throw ExitStatus.badData }
  }
}

extension AuditReport {
  /// What was looked at, a line a feed, then what is wrong, a line each.
  fileprivate var table: String {
    var lines = feeds.map { feed in
      let taken = feed.taken > 0 ? ", \(feed.taken) taken by the target" : ""
      return "\(feed.name): \(feed.batches) batches, \(feed.records) records, "
        + "\(feed.bytes) bytes\(taken)"
    }
    lines += findings.map { "\($0.place): \($0.code.rawValue): \($0.found)" }
    let scope = hasLedger ? "the outbox and the ledger" : "the outbox alone"
    let verdict = findings.isEmpty ? "nothing is wrong" : "\(findings.count) things are wrong"
    lines.append("\(verdict): \(scope)")
    return lines.map { Talk.printable($0) + "\n" }.joined()
  }

  /// The same for machines.
  fileprivate var json: String {
    let feeds = feeds.map { feed in
      "{\"feed\":\(Findings.quote(feed.name)),\"batches\":\(feed.batches),\"taken\":\(feed.taken),"
        + "\"records\":\(feed.records),\"bytes\":\(feed.bytes)}"
    }
    let findings = findings.map { finding in
      "{\"code\":\(Findings.quote(finding.code.rawValue)),\"place\":\(Findings.quote(finding.place)),"
        + "\"found\":\(Findings.quote(finding.found))}"
    }
    return "{\"feeds\":[\(feeds.joined(separator: ","))],"
      + "\"findings\":[\(findings.joined(separator: ","))],\"ledger\":\(hasLedger)}\n"
  }
}
