import Bytes
import CKernels
import Files
import Records

/// A run that can be looked into: mapped, its keys read from the file when there are many.
///
/// Mapped pages count as memory of the process; tags and starts, which nearly all lookups of new
/// fingerprints are content with, are a twelfth of the whole.
@safe
final class OpenRun: Sendable {
  let header: RunHeader
  /// What it is called in messages.
  let label: String
  private let name: String
  private let file: File
  private let map: MappedFile
  private let mapsKeys: Bool

  /// Keys up to this many bytes are mapped, more are read one by one.
  static let mostMappedKeys = 16 << 20

  /// Opens a run and holds what its header says against what the ledger says.
  convenience init(
    _ run: StoredRun,
    in folder: RunFolder,
    mostMappedKeys: Int = OpenRun.mostMappedKeys
  ) throws(IdentityError) {
    let name = Array(run.name.utf8)
    let label = shown(folder.directory.path(of: name))
    let file: File
    do throws(FileError) {
      file = try folder.directory.read(name)
    } catch {
      throw .files(error)
    }
    try self.init(file, name: run.name, label: label, mostMappedKeys: mostMappedKeys)
    guard stored == run else {
      throw .damaged(run: label, found: "it holds other fingerprints than the ledger says")
    }
  }

  /// Opens a file that holds a run.
  init(
    _ file: consuming File,
    name: String,
    label: String,
    mostMappedKeys: Int = OpenRun.mostMappedKeys
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
    mapsKeys = header.tagsOffset <= mostMappedKeys
    map.expect(.inNoOrder)
    self.map = map
    self.file = file
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

  /// The bytes that lookups may have mapped in the end.
  var mappedBytes: Int { header.fileSize - (mapsKeys ? 0 : header.tagsOffset) }

  /// Sets `known` where a fingerprint stands in the run.
  func find(
    _ rows: UnsafeBufferPointer<Fingerprint>,
    known: UnsafeMutableBufferPointer<UInt8>
  ) throws(IdentityError) {
    guard let start = unsafe map.buffer.baseAddress else { return }
    // Safe: the header's layout was held against the file's size; the map lives as long as this.
    var run = unsafe dm_run(
      keys: mapsKeys
        ? (start + header.keysOffset).assumingMemoryBound(to: dm_fingerprint.self) : nil,
      tags: (start + header.tagsOffset).assumingMemoryBound(to: UInt8.self),
      starts: (start + header.startsOffset).assumingMemoryBound(to: UInt32.self),
      count: header.count,
      bits: header.bits,
      file: file.raw,
      keys_offset: Int64(header.keysOffset)
    )
    let result = unsafe rows.withMemoryRebound(to: dm_fingerprint.self) { rows in
      unsafe dm_run_find(&run, rows.baseAddress, rows.count, known.baseAddress)
    }
    guard result == 0 else {
      throw .files(.failed(.read, name: Array(label.utf8), errno: -result))
    }
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
    var description = RunDescription(bits: header.bits)
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

  /// Reads keys of the file, from one on; gives how many there were.
  func read(into block: borrowing Block<Fingerprint>, from first: UInt64) throws(IdentityError)
    -> Int
  {
    let wanted = Int(min(UInt64(block.count), header.count - first))
    let offset = Int64(header.keysOffset) + 16 * Int64(first)
    // Safe: the block is longer than what is asked for.
    let room = unsafe UnsafeMutableRawBufferPointer(
      UnsafeMutableBufferPointer(rebasing: block.buffer[..<wanted])
    )
    do throws(FileError) {
      guard unsafe try file.read(into: room, at: offset) == room.count else {
        throw .truncated(name: Array(label.utf8), offset: offset, wanted: room.count)
      }
    } catch {
      throw .files(error)
    }
    return wanted
  }
}
