import Bytes
import Canonical
import Conversion
import Files
import Identity
import Inbox
import Ledger
import Outbox
import Records
import Settings

/// Takes people out of all that is kept of a feed: originals, tables, batches, the state of a snapshot.
///
/// How this works: every place is looked into, and those that hold somebody are written anew without
/// these records, beside the old ones, and put in their places by a rename. Each step can be done again:
/// after a kill the next start goes through all places once more, and finds what is left.
final class Eraser {
  let house: House
  let feed: Feed
  /// Who is looked for: also by what repairs have made of a person's value, once that was seen.
  private var finder: SubjectFinder
  /// Whether only to say what would be done.
  private let isPlan: Bool
  /// Notes a place before it is changed.
  private let note: (ErasedPlace) throws -> Void
  /// What was found.
  private(set) var places: [ErasedPlace] = []
  /// In a snapshot: the keys of records that were found.
  private(set) var keys: Set<Fingerprint> = []

  init(
    _ house: House,
    _ feed: Feed,
    _ finder: SubjectFinder,
    isPlan: Bool = false,
    note: @escaping (ErasedPlace) throws -> Void = { _ in }
  ) {
    self.house = house
    self.feed = feed
    self.finder = finder
    self.isPlan = isPlan
    self.note = note
  }

  /// Goes through all places.
  func run() throws {
    try house.archivist.use { archive in
      var known: Int
      repeat {
        (known, places) = (finder.tokens.count, [])
        for original in try archive.originals(of: feed.slug) { try erase(original, in: archive) }
        for table in try archive.rejectTables(of: feed.slug) {
          try eraseRows(of: table, in: archive)
        }
        // By what is known only now somebody may stand where was looked before.
      } while finder.tokens.count > known
    }
    for batch in try house.ledger.latestBatches(of: feed.id, limit: .max).reversed()
    where batch.state == .published {
      try erase(batch)
    }
  }

  /// Takes people out of one drop's original.
  func run(drop: Drop) throws {
    let id = Array(drop.id.text.utf8)
    try house.archivist.use { archive in
      for original in try archive.originals(of: feed.slug)
      where try archive.receipt(of: original)?.contains(id) ?? false {
        try erase(original, in: archive)
      }
    }
  }

  private func found(_ kind: ErasedPlace.Kind, _ place: [UInt8], _ records: Int64 = 0) throws {
    let place = ErasedPlace(kind, place, records: records)
    places.append(place)
    if !isPlan { try note(place) }
  }

  /// Remembers the keys of records that are about to be gone, where the feed's state has their texts.
  private func noteKeys(of lines: [UInt8]) throws {
    guard case .snapshot(let columns) = house.settings(of: feed).mode, !lines.isEmpty else {
      return
    }
    let reader = KeyReader(columns: columns, key: house.sketchKey)
    let block = CanonicalBlock(lines: lines)
    reader.readThere(block)
    keys.formUnion(reader.keys.fingerprints)
  }
}

@available(*, unavailable)
extension Eraser: Sendable {}

// MARK: Originals

extension Eraser {
  private func erase(_ original: Archive.Original, in archive: Archive) throws {
    if original.isCutRejects {
      let table = try archive.read(original).bytes()
      guard let cut = try cut(table, original.path) else { return }
      try archive.replaceCutRejects(original, with: cut.table)
    } else if original.isCut {
      try eraseLines(of: original, in: archive)
    } else if original.isHeld {
      try eraseHeld(original, in: archive)
    } else {
      try eraseRecords(of: original, in: archive)
    }
  }

  private func eraseRecords(of original: Archive.Original, in archive: Archive) throws {
    let look = SubjectSink(finder, keepsLines: true)
    guard let looked = try read(original, in: archive, into: look) else {
      return try found(.unread, original.path)
    }
    guard look.found > 0 else { return }
    try noteKeys(of: look.foundLines)
    try learn(look.joined, of: looked.names, in: look.foundLines)
    try found(.original, original.path, look.found)
    if isPlan { return }
    let part = CutFile(try archive.startCut(of: original))
    let sink = SubjectSink(finder, write: part.write, empty: part.empty)
    guard let report = try read(original, in: archive, into: sink) else {
      throw MillError.unexpected("\(shown(original.path)) could be read, and then it could not")
    }
    try archive.finishCut(
      of: original,
      receipt: try archive.receipt(of: original).map { Receipt.erasing(sink.found, from: $0) },
      rejects: sink.rejects.count > 0 ? sink.rejects.text(columns: report.names) : nil
    )
  }

  /// Looks from now on also for what a repair has made of a person's value: a batch has nothing else of it.
  ///
  /// Noted before any record goes, so that a kill forgets nobody.
  private func learn(
    _ fields: Set<[UInt8]>,
    of columns: [String],
    in lines: [UInt8]
  ) throws {
    let tokens = columns.flatMap { column in
      let tokens = fields.flatMap { SubjectFinder.tokens(of: $0, in: column, key: house.sketchKey) }
      let isThere = !SubjectFinder(tokens, key: house.sketchKey).cut(lines).gone.isEmpty
      return isThere ? tokens : []
    }
    guard !finder.tokens.isSuperset(of: tokens) else { return }
    finder = SubjectFinder(finder.tokens.union(tokens), key: house.sketchKey)
    if !isPlan {
      try house.ledger.addSubjects(tokens.map { ($0.column, $0.fingerprint) }, to: feed.id)
    }
  }

  /// Nothing of a held drop was published or promised: one that names somebody goes as a whole.
  private func eraseHeld(_ original: Archive.Original, in archive: Archive) throws {
    let sink = SubjectSink(finder)
    let report = try read(original, in: archive, into: sink)
    guard sink.found > 0 else {
      if report == nil { try found(.unread, original.path) }
      return
    }
    try found(.held, original.path, sink.found)
    if isPlan { return }
    let receipt = try archive.receipt(of: original)
    if let id = receipt.flatMap(Receipt.claim) {
      try house.ledger.refuseErased(ClaimID(id), reason: GroupCode.erased.rawValue)
    }
    CrashPoint.reach(.eraseHeldRefused)
    try archive.remove(original, receipt: Receipt.erased(original, feed.slug, receipt))
    CrashPoint.reach(.eraseHeldRemoved)
  }

  /// People are taken out of an original a second time: its lines are canonical already.
  private func eraseLines(of original: Archive.Original, in archive: Archive) throws {
    var gone: Int64 = 0
    try forEachPiece(of: archive.read(original)) { piece in
      let cut = finder.cut(piece)
      gone += Int64(cut.gone.count)
      try noteKeys(of: cut.goneLines)
    }
    guard gone > 0 else { return }
    try found(.original, original.path, gone)
    if isPlan { return }
    let part = CutFile(try archive.startCut(of: original))
    try forEachPiece(of: archive.read(original)) { try part.write(finder.cut($0).kept) }
    try archive.finishCut(
      of: original,
      receipt: try archive.receipt(of: original).map { Receipt.erasing(gone, from: $0) },
      rejects: nil
    )
  }

  /// Converts an original as the feed's next drop would be; nil where it cannot be.
  private func read(
    _ original: Archive.Original,
    in archive: Archive,
    into sink: SubjectSink
  ) throws -> ConversionReport? {
    let file = try archive.read(original)
    let work = try house.readingWork(of: feed)
    do throws(ConversionError) {
      return try house.converter.convert(
        descriptor: file.raw,
        name: original.name,
        known: work.known(accepting: false),
        statement: work.statement(under: house.settings(of: feed).statement),
        sink: sink
      )
    } catch {
      if case .sink(let cause) = error { throw cause }
      return nil
    }
  }

  private func eraseRows(of name: [UInt8], in archive: Archive) throws {
    let path = Array("_rejected/\(feed.slug)/".utf8) + name
    let table = try archive.rejectTable(name, of: feed.slug)
    guard let cut = try cut(table, path) else { return }
    try archive.replaceRejectTable(name, of: feed.slug, with: cut.isEmpty ? nil : cut.table)
    CrashPoint.reach(.eraseRejectsCut)
  }

  /// The table without the rows that name somebody; nil where none does, or where nothing is to be changed.
  private func cut(
    _ table: [UInt8],
    _ path: [UInt8]
  ) throws -> (table: [UInt8], isEmpty: Bool)? {
    let rows = RejectTable.rows(of: table)
    let isGone = rows.enumerated().map { index, row in
      index > 0 && finder.isNamed(in: row.fields)
    }
    let count = isGone.count { $0 }
    guard count > 0 else { return nil }
    try found(.rejects, path, Int64(count))
    if isPlan { return nil }
    let kept = rows.indices.filter { !isGone[$0] }
    return (kept.flatMap { table[rows[$0].range] }, kept.count <= 1)
  }
}

// MARK: Batches

extension Eraser {
  private func erase(_ batch: Batch) throws {
    let outbox = house.outbox
    let name = BatchName(feed: feed.slug, sequence: batch.id.sequence)
    guard let manifest = try outbox.published(name.manifestFile, feed: feed.slug)?.bytes() else {
      return
    }
    var gone: [Int] = []
    var count = 0
    try forEachPiece(ofBatch: name) { piece in
      let cut = finder.cut(piece)
      gone += cut.gone.map { count + $0 }
      count += cut.count
      try noteKeys(of: cut.goneLines)
    }
    guard !gone.isEmpty else { return }
    try found(.batch, Array(name.text.utf8), Int64(gone.count))
    if isPlan { return }
    let staged = "\(name.text).erased.ndjson"
    let writer = try outbox.write(staged)
    let buffer = ByteBuffer(capacity: 1 << 20)
    try forEachPiece(ofBatch: name) { piece in
      buffer.count = 0
      buffer.append(contentsOf: finder.cut(piece).kept)
      try writer.append(buffer, 0..<buffer.count)
    }
    let (size, sha256) = try writer.finish()
    guard let text = ManifestText(manifest, without: gone, size: size, sha256: sha256) else {
      throw MillError.unexpected("the manifest of \(name.text) is not as it was written")
    }
    try replace(batch, gone.count, (staged, name.dataFile, size, sha256), (name.manifestFile, text))
  }

  private func replace(
    _ batch: Batch,
    _ gone: Int,
    _ data: (staged: String, target: String, size: Int64, sha256: [UInt8]),
    _ manifest: (target: String, text: ManifestText)
  ) throws {
    let staged = try house.outbox.stage(
      manifest.text.text,
      as: "\(manifest.target).erased",
      target: manifest.target
    )
    try house.outbox.syncStaging()
    CrashPoint.reach(.eraseStaged)
    let deletions = manifest.text.deletions
    var next = batch
    next.records -= Int64(gone)
    next.told -= deletions
    (next.size, next.sha256) = (data.size, data.sha256)
    next.files = [
      StagedFile(name: data.staged, target: data.target, size: data.size, sha256: data.sha256),
      StagedFile(staged),
    ]
    try house.ledger.replace(next, suppressing: Int64(gone) - deletions)
    CrashPoint.reach(.eraseCommitted)
    try house.putInPlace(next)
  }

  private func forEachPiece(ofBatch name: BatchName, _ body: ([UInt8]) throws -> Void) throws {
    guard let file = try house.outbox.published(name.dataFile, feed: feed.slug) else { return }
    try forEachPiece(of: file, body)
  }

  /// Hands over whole lines, about a MiB at a time.
  private func forEachPiece(
    of file: consuming File,
    _ body: ([UInt8]) throws -> Void
  ) throws {
    var rest: [UInt8] = []
    var offset: Int64 = 0
    while case let bytes = try file.someBytes(at: offset, upTo: 1 << 20), !bytes.isEmpty {
      offset += Int64(bytes.count)
      guard let last = bytes.lastIndex(of: 0x0A) else {
        rest += bytes
        continue
      }
      try body(rest + bytes[...last])
      rest = Array(bytes[(last + 1)...])
    }
    if !rest.isEmpty { try body(rest + [0x0A]) }
  }
}

/// The file that takes an original's place while it is written.
private final class CutFile {
  private let file: File

  init(_ file: consuming File) { self.file = file }

  func write(_ bytes: RawSpan) throws { try file.write(bytes) }
  func write(_ bytes: [UInt8]) throws { try file.write(bytes) }
  func empty() throws { try file.resize(to: 0) }
}
