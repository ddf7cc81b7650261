public import Files
import Ledger

/// Looks at the folders and the machine, before and while drops are converted; changes nothing but a probe's file.
public struct Doctor: Sendable {
  /// What was found so far.
  public private(set) var findings: [DoctorFinding] = []
  private let clock: WallClock

  /// A doctor who goes by that clock.
  public init(clock: WallClock = .system) {
    self.clock = clock
  }

  /// Looks at the three folders and what they lie on.
  public mutating func examine(inbox: [UInt8], outbox: [UInt8], state: [UInt8], minimumFree: Int64)
  {
    let places = [("inbox", inbox), ("outbox", outbox), ("state", state)]
    for (role, path) in places { examine(role, path, minimumFree: minimumFree) }
    examineNesting(inbox, outbox)
    examineKey(state)
    examineWatches(inbox)
  }

  /// Looks at what the machine brings along.
  public mutating func examineMachine() {
    if let version = Confinement.availableLandlock, version >= 2 {
      findings.append(.well("kernel", "Landlock \(version): `watch` keeps itself to its folders"))
    } else {
      findings.append(
        .note(
          .notConfined,
          "kernel",
          "no Landlock that serves: `watch` can reach all that its user can. Use the unit in packaging/."
        )
      )
    }
    let sqlite = Ledger.sqliteVersion
    // 3.51.3 is the first without a fault that two connections to one WAL can meet: we hold one.
    if Self.numbers(sqlite).lexicographicallyPrecedes([3, 51, 3]) {
      findings.append(
        .note(
          .oldSQLite,
          "SQLite \(sqlite)",
          "versions before 3.51.3 can damage a ledger that two programs write. Leave ledger.sqlite to dropmill."
        )
      )
    } else {
      findings.append(.well("SQLite", sqlite))
    }
  }

  /// Adds what somebody else found.
  public mutating func add(_ finding: DoctorFinding) { findings.append(finding) }

  private static func numbers(_ version: String) -> [Int] {
    version.split(separator: ".").map { Int($0) ?? 0 }
  }
}

extension Doctor {
  private mutating func examine(_ role: String, _ path: [UInt8], minimumFree: Int64) {
    let place = "\(role) \(shown(path))"
    do throws(FileError) {
      let folder = try Directory(path: path)
      let facts = try folder.facts()
      let volume = try folder.volume()
      let before = findings.count
      if facts.user != currentUser, currentUser != 0 {
        findings.append(
          .wrong(
            .ownedByAnother,
            place,
            "it belongs to user \(facts.user), and this is user \(currentUser). Run as its owner."
          )
        )
      }
      examineMode(role, place, facts)
      let free = Int64(clamping: volume.availableBytes)
      if free < minimumFree || volume.freeFiles == 0 {
        findings.append(
          .wrong(
            .littleSpace,
            place,
            "\(free >> 20) MiB are free, and \(minimumFree >> 20) MiB are to stay so. Free some, or lower minimum-free."
          )
        )
      }
      if volume.isRemote {
        let weight: DoctorFinding =
          role == "inbox"
          ? .note(
            .noEvents,
            place,
            "its file system tells of no changes: drops are found by looking every two seconds."
          )
          : .wrong(
            .noEvents,
            place,
            "it lies on a network or FUSE file system, whose syncs may not last. Use a local disk."
          )
        findings.append(weight)
      }
      try probe(place, folder)
      if findings.count == before {
        findings.append(.well(place, "usable, \(free >> 20) MiB free"))
      }
    } catch {
      if role != "inbox", error.isErrno(Errno.notFound) {
        findings.append(.well(place, "not there yet: `watch` makes it"))
      } else {
        findings.append(.wrong(.folderUnusable, place, error.description))
      }
    }
  }

  private mutating func examineMode(_ role: String, _ place: String, _ facts: FileFacts) {
    let mode = "mode \(String(facts.mode, radix: 8))"
    switch role {
    case "state" where facts.mode & 0o077 != 0:
      findings.append(
        .wrong(
          .openToOthers,
          place,
          "\(mode): the ledger and the key are for their owner alone. chmod 700."
        )
      )
    case "outbox" where facts.mode & 0o002 != 0:
      findings.append(
        .wrong(.openToOthers, place, "\(mode): everybody can put batches there. chmod o-w.")
      )
    case "inbox" where facts.mode & 0o002 != 0 && facts.mode & 0o1000 == 0:
      findings.append(
        .note(
          .openToOthers,
          place,
          "\(mode): everybody can drop, and remove what others dropped. chmod o-w, or +t."
        )
      )
    default: break
    }
  }

  /// Makes a file without a name: whether it can be, and what time the file system gives it.
  private mutating func probe(_ place: String, _ folder: borrowing Directory) throws(FileError) {
    let file = try folder.createUnnamed()
    try file.write([1])
    try file.sync()
    let now = clock.now
    let difference = try file.facts().changed.seconds - now.seconds
    if abs(difference) > 2 {
      findings.append(
        .wrong(
          .clockOff,
          place,
          "its clock and this machine's differ by \(abs(difference)) s, so files look younger or older than they are. Set one of them."
        )
      )
    }
    // The day this was written: a clock before it was never set.
    if now.seconds < 1_795_478_400 {
      findings.append(
        .wrong(.clockOff, "clock", "it says \(now.text). Set it: receipts and retention go by it.")
      )
    }
  }

  private mutating func examineNesting(_ inbox: [UInt8], _ outbox: [UInt8]) {
    let slash = UInt8(ascii: "/")
    guard let one = try? Directory(path: inbox).resolvedPath() + [slash],
      let other = try? Directory(path: outbox).resolvedPath() + [slash]
    else { return }
    if one.starts(with: other) || other.starts(with: one) {
      findings.append(
        .wrong(
          .foldersInOneAnother,
          shown(outbox),
          "inbox and outbox lie in one another: what comes out would go in. Give the outbox a place of its own."
        )
      )
    }
  }

  private mutating func examineKey(_ state: [UInt8]) {
    guard let facts = try? Directory(path: state).factsIfThere(Array("fingerprint.key".utf8)) else {
      return
    }
    if facts.mode & 0o077 != 0 {
      findings.append(
        .wrong(
          .openToOthers,
          "fingerprint.key",
          "mode \(String(facts.mode, radix: 8)): who has the key can try out what records hold. chmod 600."
        )
      )
    } else {
      findings.append(.well("fingerprint.key", "for its owner alone"))
    }
  }

  /// Holds the folders to be watched against what the kernel lets one user watch.
  private mutating func examineWatches(_ inbox: [UInt8]) {
    guard let limit = Self.limit("max_user_watches"),
      let folders = Self.folders(in: inbox, deep: 16)
    else { return }
    if folders * 2 > limit {
      findings.append(
        .wrong(
          .fewWatches,
          "inotify",
          "the inbox has \(folders) folders, and a user may watch \(limit). Raise fs.inotify.max_user_watches."
        )
      )
    } else {
      findings.append(.well("inotify", "\(folders) folders to watch, \(limit) allowed"))
    }
  }

  private static func limit(_ name: String) -> Int? {
    guard let folder = try? Directory(path: Array("/proc/sys/fs/inotify".utf8)),
      let bytes = try? folder.read(Array(name.utf8)).someBytes(at: 0, upTo: 32)
    else { return nil }
    return Int(String(decoding: bytes, as: UTF8.self).prefix { $0.isNumber })
  }

  private static func folders(in path: [UInt8], deep depth: Int) -> Int? {
    guard let folder = try? Directory(path: path) else { return nil }
    return try? count(folder, depth)
  }

  private static func count(_ folder: borrowing Directory, _ depth: Int) throws(FileError) -> Int {
    var sum = 1
    guard depth > 0 else { return sum }
    for entry in try folder.entries()
    where entry.kind == .directory && entry.name.first != UInt8(ascii: ".")
      && entry.name.first != UInt8(ascii: "_")
    {
      do throws(FileError) {
        let child = try folder.directory(entry.name)
        sum += try count(child, depth - 1)
      } catch  where error.isErrno(Errno.notFound) {}
    }
    return sum
  }
}
