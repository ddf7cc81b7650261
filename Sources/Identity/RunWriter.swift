import Bytes
import CKernels
import Files
import Records

/// A run whose bytes are written and not synced.
struct WrittenRun: ~Copyable {
  let file: File
  let header: RunHeader
}

/// Writes a run: entries as they come, in order, then what is computed from them, the header last.
struct RunWriter: ~Copyable {
  /// Fingerprints an entry.
  let width: Int
  private let file: File
  private var hasher = SHA256Hasher()
  private var count: UInt64 = 0
  private var least = Fingerprint(high: 0, low: 0)
  private var greatest = Fingerprint(high: 0, low: 0)
  private var texts: (file: TextFile, hash: [UInt8])?
  /// Whether the file is to last: then the disk is set to work early, so that the sync is short.
  private let lasts: Bool
  private var sentToDisk: Int64 = 0

  /// Fingerprints or numbers that are in memory at a time.
  private static let block = 65_536
  private static let writeback: Int64 = 8 << 20

  init(_ file: consuming File, width: Int = 1, lasts: Bool) {
    self.file = file
    self.width = width
    self.lasts = lasts
  }

  /// Writes the next entries, the key of each greater than all before.
  mutating func append(_ keys: UnsafeBufferPointer<Fingerprint>) throws(FileError) {
    guard let first = unsafe keys.first else { return }
    if count == 0 { least = first }
    greatest = unsafe keys[keys.count - width]
    var done = 0
    while done < keys.count {
      let end = min(done + Self.block, keys.count)
      // Safe: fingerprints are two words without padding, and the slice lies in the buffer.
      let bytes = unsafe UnsafeRawBufferPointer(
        UnsafeBufferPointer(rebasing: keys[done..<end])
      )
      unsafe hasher.update(bytes)
      unsafe try file.write(bytes, at: Int64(RunHeader.size) + Int64(16 * width) * Int64(count))
      count += UInt64((end - done) / width)
      done = end
    }
    let written = Int64(RunHeader.size) + Int64(16 * width) * Int64(count)
    guard lasts, written - sentToDisk >= Self.writeback else { return }
    file.startWriteback(at: sentToDisk, count: written - sentToDisk)
    sentToDisk = written
  }

  /// Gives the texts of the entries, one a line, in their order.
  mutating func add(_ texts: TextFile) throws(IdentityError) {
    self.texts = (texts, try texts.finish())
  }

  /// Writes the rest and gives the file back; the sync is the caller's.
  ///
  /// There must have been a key.
  consuming func finish() throws(FileError) -> WrittenRun {
    var header = RunHeader(
      count: count,
      range: least...greatest,
      sha256: hasher.finish(),
      width: width
    )
    try describe(header)
    if let texts {
      header.textHash = texts.hash
      header.textSize = UInt64(texts.file.size)
      try texts.file.copy(to: file, at: Int64(header.textsOffset))
    }
    let bytes = Block<UInt8>(count: RunHeader.size, of: 0)
    _ = unsafe bytes.buffer.update(fromContentsOf: header.bytes)
    unsafe try file.write(bytes.bytes(ofFirst: RunHeader.size), at: 0)
    return WrittenRun(file: file, header: header)
  }

  /// Reads the keys again, a block at a time, and writes their tags and the starts of the buckets.
  private borrowing func describe(_ header: RunHeader) throws(FileError) {
    var description = RunDescription(bits: header.bits, width: width)
    var tagsOffset = Int64(header.tagsOffset)
    var startsOffset = Int64(header.startsOffset)
    let keys = Block<Fingerprint>(count: Self.block, of: Fingerprint(high: 0, low: 0))
    var read: UInt64 = 0
    while read < header.count {
      let wanted = Int(min(UInt64(Self.block / width), header.count - read)) * width
      let offset = Int64(header.keysOffset) + Int64(16 * width) * Int64(read)
      // Safe: the block is longer than what is asked for.
      let room = unsafe UnsafeMutableRawBufferPointer(
        UnsafeMutableBufferPointer(rebasing: keys.buffer[..<wanted])
      )
      guard unsafe try file.read(into: room, at: offset) == room.count else {
        throw .truncated(name: file.name, offset: offset, wanted: room.count)
      }
      var done = 0
      while done < wanted {
        let part = unsafe description.take(
          UnsafeBufferPointer(rebasing: keys.buffer[done..<wanted])
        )
        unsafe try file.write(description.tags.bytes(ofFirst: part.tags), at: tagsOffset)
        unsafe try file.write(description.starts.bytes(ofFirst: part.starts), at: startsOffset)
        tagsOffset += Int64(part.tags)
        startsOffset += 4 * Int64(part.starts)
        done += part.tags * width
      }
      read += UInt64(wanted / width)
    }
    var rest = description.takeEnd()
    while rest > 0 {
      unsafe try file.write(description.starts.bytes(ofFirst: rest), at: startsOffset)
      startsOffset += 4 * Int64(rest)
      rest = description.takeEnd()
    }
  }
}

/// What stands behind the keys of a run, computed from the keys, a part at a time.
struct RunDescription: ~Copyable {
  /// The tags of the part taken last.
  let tags = Block<UInt8>(count: 65_536, of: 0)
  /// The starts of the part taken last.
  let starts = Block<UInt32>(count: 16_384, of: 0)
  private let bits: UInt32
  private let width: Int
  private var progress = dm_progress(keys: 0, buckets: 0)

  init(bits: UInt32, width: Int) {
    self.bits = bits
    self.width = width
  }

  /// Takes as many of the entries as there is room for; says how many, and how many starts that gave.
  mutating func take(_ keys: UnsafeBufferPointer<Fingerprint>) -> (tags: Int, starts: Int) {
    var given = 0
    // Safe: there is a tag for each key of a part, and starts never pass the room that is told.
    let taken = unsafe keys.withMemoryRebound(to: dm_fingerprint.self) { rows in
      unsafe dm_run_describe(
        &progress,
        bits,
        UInt32(width),
        rows.baseAddress,
        min(rows.count / width, tags.count),
        tags.buffer.baseAddress,
        starts.buffer.baseAddress,
        starts.count,
        &given
      )
    }
    return (taken, given)
  }

  /// The starts that stand behind the last key; 0 when there are no more.
  mutating func takeEnd() -> Int {
    var given = 0
    // Safe: no keys, and starts never pass the room that is told.
    unsafe dm_run_describe(
      &progress,
      bits,
      UInt32(width),
      nil,
      0,
      tags.buffer.baseAddress,
      starts.buffer.baseAddress,
      starts.count,
      &given
    )
    return given
  }
}
