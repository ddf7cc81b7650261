import Bytes
import CKernels
import Files
import Records

/// A run that can be looked into: mapped, though keys can be read one by one instead.
///
/// Mapped pages count as memory of the process, and the system maps as much as a MiB at a touch. Tags
/// and starts, which nearly all lookups of new fingerprints are content with, are a twelfth of all.
@safe
final class OpenRun: Sendable {
  let header: RunHeader
  /// What it is called in messages.
  let label: String
  private let name: String
  private let map: MappedFile
  private let file: File?
  /// The descriptor of the file; -1 when it is closed.
  private let descriptor: Int32

  /// Runs up to this size are always mapped as a whole, and their files closed.
  static let smallSize = 4 << 20

  /// Opens a run and holds what its header says against what the ledger says.
  convenience init(
    _ run: StoredRun,
    in folder: RunFolder,
    small: Int = OpenRun.smallSize
  ) throws(IdentityError) {
    let name = Array(run.name.utf8)
    let label = shown(folder.directory.path(of: name))
    let file: File
    do throws(FileError) {
      file = try folder.directory.read(name)
    } catch {
      throw .files(error)
    }
    try self.init(file, name: run.name, label: label, small: small)
    guard stored == run else {
      throw .damaged(run: label, found: "it holds other fingerprints than the ledger says")
    }
  }

  /// Opens a file that holds a run.
  init(
    _ file: consuming File,
    name: String,
    label: String,
    small: Int = OpenRun.smallSize
  ) throws(IdentityError) {
    let map = try Self.map(file)
    let bytes = try Self.opening(of: file, map.count)
    guard let header = RunHeader(bytes: bytes) else {
      throw .damaged(run: label, found: "its header is not that of a run")
    }
    guard map.count == header.fileSize else {
      throw .damaged(run: label, found: "\(map.count) bytes instead of \(header.fileSize)")
    }
    self.header = header
    self.name = name
    self.label = label
    map.expect(.inNoOrder)
    self.map = map
    descriptor = header.fileSize > small ? file.raw : -1
    if header.fileSize > small {
      self.file = consume file
    } else {
      self.file = nil
    }
  }

  private static func map(_ file: borrowing File) throws(IdentityError) -> MappedFile {
    do throws(FileError) {
      return try MappedFile(file)
    } catch {
      throw .files(error)
    }
  }

  private static func opening(
    of file: borrowing File,
    _ count: Int
  ) throws(IdentityError) -> [UInt8] {
    do throws(FileError) {
      return try file.bytes(at: 0, count: min(count, RunHeader.size))
    } catch {
      throw .files(error)
    }
  }

  /// The run as the ledger remembers it.
  var stored: StoredRun {
    StoredRun(name: name, count: Int64(header.count), sha256: header.sha256)
  }

  /// The bytes that lookups map in the end.
  func mappedSize(mappingKeys: Bool) -> Int {
    descriptor < 0 || mappingKeys ? header.fileSize : header.fileSize - header.tagsOffset
  }

  /// Sets `known` where a fingerprint stands in the run, and `latest` to what stands behind it.
  ///
  /// - Throws: ``IdentityError/files(_:)`` when keys can't be read.
  func find(
    _ rows: UnsafeBufferPointer<Fingerprint>,
    known: UnsafeMutableBufferPointer<UInt8>,
    latest: UnsafeMutableBufferPointer<Fingerprint>? = nil,
    mappingKeys: Bool
  ) throws(IdentityError) {
    guard let start = unsafe map.buffer.baseAddress else { return }
    // Safe: the header's layout was held against the file's size; the map lives as long as this.
    var run = unsafe dm_run(
      keys: descriptor < 0 || mappingKeys
        ? (start + header.keysOffset).assumingMemoryBound(to: dm_fingerprint.self) : nil,
      tags: (start + header.tagsOffset).assumingMemoryBound(to: UInt8.self),
      starts: (start + header.startsOffset).assumingMemoryBound(to: UInt32.self),
      count: header.count,
      bits: header.bits,
      width: UInt32(header.width),
      file: descriptor,
      keys_offset: Int64(header.keysOffset)
    )
    let result = unsafe rows.withMemoryRebound(to: dm_fingerprint.self) { rows in
      let latest = unsafe UnsafeMutableRawPointer(latest?.baseAddress)?
        .assumingMemoryBound(to: dm_fingerprint.self)
      return unsafe dm_run_find(&run, rows.baseAddress, rows.count, known.baseAddress, latest)
    }
    guard result == 0 else {
      throw .files(.failed(.read, name: Array(label.utf8), errno: -result))
    }
  }

  /// So many of its entries, from one on; unsafe: they live as long as this.
  func entries(from first: UInt64, count: Int) -> UnsafeBufferPointer<Fingerprint> {
    // Safe: the header's layout was held against the file's size, and keys past the last are cut.
    let size = 16 * header.width
    let offset = header.keysOffset + size * Int(first)
    let end = min(offset + size * count, header.tagsOffset)
    return unsafe UnsafeRawBufferPointer(rebasing: map.buffer[offset..<end])
      .assumingMemoryBound(to: Fingerprint.self)
  }

  /// The texts of its entries, one a line; unsafe: they live as long as this.
  var texts: UnsafeRawBufferPointer {
    // Safe: the header's layout was held against the file's size.
    unsafe UnsafeRawBufferPointer(rebasing: map.buffer[header.textsOffset...])
  }

  /// Tells the system that the run will be gone through from its start, or looked into as before.
  func expectReading(inOrder: Bool) {
    map.expect(inOrder ? .fromStartToEnd : .inNoOrder)
  }

  /// Gives the mapped pages back to the system; they come again when they are touched.
  func release() {
    // Safe: the map is only read, so its pages can be had from the file again.
    unsafe dm_release(map.buffer.baseAddress, map.count)
  }

  /// Reads the whole run and holds it against its header.
  ///
  /// - Throws: ``IdentityError/damaged(run:found:)`` when a byte differs from what was written.
  func verify() throws(IdentityError) {
    let cursor = RunCursor(of: self)
    var description = RunDescription(bits: header.bits, width: header.width)
    var tagsOffset = header.tagsOffset
    var startsOffset = header.startsOffset
    while try cursor.fill() {
      while unsafe cursor.sequence.next < cursor.sequence.end {
        let part = unsafe description.take(cursor.rest)
        cursor.advance(by: part.tags)
        guard unsafe holds(description.tags.bytes(ofFirst: part.tags), at: &tagsOffset),
          unsafe holds(description.starts.bytes(ofFirst: part.starts), at: &startsOffset)
        else { throw .damaged(run: label, found: "its index does not fit its fingerprints") }
      }
    }
    var rest = description.takeEnd()
    while rest > 0 {
      guard unsafe holds(description.starts.bytes(ofFirst: rest), at: &startsOffset) else {
        throw .damaged(run: label, found: "its index does not end where it should")
      }
      rest = description.takeEnd()
    }
    var hasher = SHA256Hasher()
    unsafe hasher.update(texts)
    guard header.textSize == 0 || hasher.finish().prefix(24).elementsEqual(header.textHash) else {
      throw .damaged(run: label, found: "its texts are others")
    }
    guard unsafe map.buffer[tagsOffset..<header.startsOffset].allSatisfy({ $0 == 0 }) else {
      throw .damaged(run: label, found: "there is something between its parts")
    }
    release()
  }

  private func holds(_ bytes: UnsafeRawBufferPointer, at offset: inout Int) -> Bool {
    // Safe: what is computed from a run of this many keys has the length that its header tells.
    let end = min(offset + bytes.count, map.count)
    let there = unsafe UnsafeRawBufferPointer(rebasing: map.buffer[offset..<end])
    offset = end
    return unsafe there.elementsEqual(bytes)
  }
}
