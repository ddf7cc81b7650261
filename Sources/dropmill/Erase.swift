import ArgumentParser
import Files
import Mill
import Settings

/// Takes a person out of a feed.
struct Erase: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Takes a person's records out of a feed, and keeps them out.",
    discussion: """
      The person is told by a value in a column, as it stands in the outbox. The records go from the originals
      in _done, the tables in _rejected, the state and the batches that are still in the outbox; held drops
      that hold one go as a whole. A batch tells targets whom to erase, by a salted hash. Drops that come later
      are taken without the person's records, which are counted as rejected (suppressed).

      Without =VALUE, the value is the first line of standard input: so it is in no list of processes and no
      shell's history. Ends with 1 where a file could not be looked into.

      Examples:
        dropmill erase --feed orders --key email=jana@example.org --dry-run
        dropmill erase --feed orders --key email < address.txt
      """
  )

  @Option(help: ArgumentHelp("The feed, as its folder in the outbox is called.", valueName: "feed"))
  var feed: String

  @Option(
    help: ArgumentHelp("The column and the value that tell the person.", valueName: "column=value")
  )
  var key: String

  @Flag(name: [.customShort("n"), .long], help: "Only say what would be done.")
  var dryRun = false

  @Flag(help: "As JSON.")
  var json = false

  @OptionGroup var folders: NamedFolders

  func run() throws {
    let subject = try subject()
    let report = try MillError.told {
      try StateAccess.erase(subject, from: feed, by: Environment.user, folders.settings()) {
        $0.lines.forEach(Talk.say)
      }
    }
    if json {
      try Talk.write(ReportText.line(report))
    } else {
      for line in report.lines { try Talk.write(Array((Talk.printable(line) + "\n").utf8)) }
    }
    if !report.isComplete { throw ExitStatus.rejected }
  }

  private func subject() throws -> Subject {
    let column: String
    let value: String
    if let equals = key.firstIndex(of: "=") {
      column = String(key[..<equals])
      value = String(key[key.index(after: equals)...])
    } else {
      column = key
      value = readLine() ?? ""
    }
    guard !column.isEmpty, !value.isEmpty else {
      throw ValidationError("--key wants a column and a value, as in email=jana@example.org.")
    }
    return Subject(column: column, value: value, isPlan: dryRun)
  }
}

extension ErasureReport {
  /// The report for people; nothing in it is of the person.
  fileprivate var lines: [String] {
    let places: [(one: String, many: String, names: [String])] = [
      ("batch in the outbox", "batches in the outbox", batches),
      ("original in _done", "originals in _done", originals),
      ("table in _rejected", "tables in _rejected", rejects),
      ("held drop", "held drops", held),
    ]
    var lines = places.filter { !$0.names.isEmpty }.map { place in
      let count = place.names.count
      return "\(isPlan ? "would be cut" : "cut"): \(count) \(count == 1 ? place.one : place.many): "
        + place.names.joined(separator: ", ")
    }
    if !held.isEmpty {
      lines.append("Held drops go as a whole: drop them again, and the other records are taken.")
    }
    for name in unread {
      lines.append(
        "\(name): could not be looked into. Look yourself, and remove it where it names the person."
      )
    }
    if isPlan {
      lines.append("Nothing was changed. Batches that targets have taken are not known here.")
      return lines
    }
    if let tombstone {
      lines.append(
        "\(tombstone) tells targets whom to erase: what they have taken already only they can erase."
      )
    }
    lines.append("Backups, and blocks that the disk has freed, are not overwritten.")
    return lines
  }
}
