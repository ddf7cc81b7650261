import Bytes
import Files
import Formats

/// Holds an outbox against its own manifests: what anybody could check who reads it.
struct OutboxAudit {
  /// A batch that is there.
  struct Found {
    var sequence: Int64
    var records: Int64
    var size: Int64
    var sha256: [UInt8]
  }

  let path: String
  private(set) var report = AuditReport()
  /// The batches that are there, by their names.
  private(set) var batches: [String: Found] = [:]
  private let lines = CanonicalLines()

  init(path: String) {
    self.path = path
  }

  /// Looks at every feed's folder.
  mutating func run() throws(FileError) {
    let root = try Directory(path: Array(path.utf8))
    for entry in try root.entries().sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
      let name = String(decoding: entry.name, as: UTF8.self)
      if name.hasPrefix(".") || name.hasPrefix("_") { continue }
      guard try root.factsIfThere(entry.name)?.kind == .directory else {
        report.findings.append(
          AuditFinding(.strayFile, "\(path)/\(name)", "It is no feed's folder and not ours.")
        )
        continue
      }
      try audit(feed: name, in: try root.directory(entry.name))
    }
  }

  private mutating func audit(feed: String, in folder: consuming Directory) throws(FileError) {
    var totals = AuditReport.Feed(name: feed)
    let names = try folder.entries().map(\.name).sorted { $0.lexicographicallyPrecedes($1) }
    var expected: Set<[UInt8]> = [Array("schema".utf8)]
    var sequences: [Int64] = []
    for name in names where name.suffix(ManifestFile.ending.count) == ManifestFile.ending[...] {
      expected.insert(name)
      let place = "\(path)/\(feed)/\(String(decoding: name, as: UTF8.self))"
      switch ManifestFile.read(try folder.read(name).bytes()) {
      case .failure(let error): add(.manifestUnreadable, place, "\(error.found).")
      case .success(let manifest):
        let stem = String(decoding: name.dropLast(ManifestFile.ending.count), as: UTF8.self)
        guard manifest.batch == stem, manifest.feed == feed else {
          add(
            .manifestUnreadable,
            place,
            "It says it is batch \(manifest.batch) of \(manifest.feed)."
          )
          continue
        }
        expected.insert(Array("\(stem).ndjson".utf8))
        sequences.append(manifest.sequence)
        totals.batches += 1
        totals.records += manifest.records
        totals.bytes += manifest.bytes
        try audit(manifest, place, in: folder)
      }
    }
    for (one, next) in zip(sequences.sorted(), sequences.sorted().dropFirst()) where next != one + 1
    {
      add(.sequenceGap, "\(path)/\(feed)", "Batch \(one) is followed by batch \(next).")
    }
    for name in names where !expected.contains(name) {
      let place = "\(path)/\(feed)/\(String(decoding: name, as: UTF8.self))"
      add(.strayFile, place, "No manifest names it.")
    }
    report.feeds.append(totals)
  }

  private mutating func audit(
    _ manifest: ManifestFile,
    _ place: String,
    in folder: borrowing Directory
  ) throws(FileError) {
    if let fault = manifest.faultySum { add(.sumsDiffer, place, "\(fault).") }
    let schema = Array("schema".utf8)
    let version = "v\(manifest.schemaVersion).schema.json"
    var hasSchema = try folder.factsIfThere(schema)?.kind == .directory
    if hasSchema {
      hasSchema = try folder.directory(schema).factsIfThere(Array(version.utf8)) != nil
    }
    if !hasSchema { add(.schemaMissing, place, "Its schema, schema/\(version), is not there.") }
    let name = Array("\(manifest.batch).ndjson".utf8)
    let data = "\(path)/\(manifest.feed)/\(manifest.batch).ndjson"
    guard try folder.factsIfThere(name) != nil else {
      return add(.dataMissing, data, "Its manifest is there, the file is not.")
    }
    let found = try read(try folder.read(name), data)
    let hash = Self.hex(found.sha256)
    if hash != manifest.sha256 || found.size != manifest.bytes {
      add(
        .dataDiffers,
        data,
        "\(found.size) bytes of SHA-256 \(hash); its manifest says \(manifest.bytes) and "
          + "\(manifest.sha256)."
      )
    } else if found.records != manifest.records {
      add(.sumsDiffer, data, "\(found.records) lines; its manifest says \(manifest.records).")
    }
    batches[manifest.batch] = Found(
      sequence: manifest.sequence,
      records: found.records,
      size: found.size,
      sha256: found.sha256
    )
  }

  /// Reads a data file once: its hash, its lines, and whether each is canonical.
  private mutating func read(_ file: borrowing File, _ place: String) throws(FileError) -> Found {
    var found = Found(sequence: 0, records: 0, size: 0, sha256: [])
    var hasher = SHA256Hasher()
    var rest: [UInt8] = []
    var isFaulty = false
    while case let bytes = try file.someBytes(at: found.size, upTo: 1 << 20), !bytes.isEmpty {
      hasher.update(bytes)
      found.size += Int64(bytes.count)
      guard let last = bytes.lastIndex(of: 0x0A) else {
        rest += bytes
        continue
      }
      let whole = rest + bytes[...last]
      rest = Array(bytes[(last + 1)...])
      if !isFaulty, let fault = lines.firstFault(in: whole) {
        isFaulty = true
        add(.notCanonical, "\(place):\(found.records + Int64(fault.line) + 1)", "\(fault.found).")
      }
      found.records += Int64(whole.count { $0 == 0x0A })
    }
    if !rest.isEmpty { add(.notCanonical, place, "Its last line has no end.") }
    found.sha256 = hasher.finish()
    return found
  }

  private mutating func add(_ code: AuditFinding.AuditCode, _ place: String, _ found: String) {
    report.findings.append(AuditFinding(code, place, found))
  }

  /// A hash as manifests write it.
  static func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return String(decoding: text, as: UTF8.self)
  }
}
