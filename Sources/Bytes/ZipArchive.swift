import CZip
import Glibc

// Sendable because an archive has one owner at a time, the streams of its entries included.
/// The entries of a zip archive, by libzip.
@safe
public final class ZipArchive: @unchecked Sendable {
  /// A file in the archive.
  public struct Entry: Sendable, Hashable {
    /// Its name as it stands in the archive, raw.
    public let name: [UInt8]
    /// Its place in the archive.
    let index: UInt64
    /// The bytes it takes in the archive.
    let packed: UInt64
  }

  /// The files, without folders and without what systems add for themselves.
  public let entries: [Entry]

  fileprivate let handle: OpaquePointer

  /// Whether a file that begins so is a zip archive.
  public static func begins(_ head: UnsafeBufferPointer<UInt8>) -> Bool {
    // An archive without entries has only its end.
    unsafe head.starts(with: "PK\u{3}\u{4}".utf8) || head.starts(with: "PK\u{5}\u{6}".utf8)
  }

  /// Whether an archive can be read through `descriptor`: its directory stands at its end.
  public static func isReadable(_ descriptor: Int32) -> Bool { lseek(descriptor, 0, SEEK_CUR) >= 0 }

  /// Opens the archive in a regular file; `descriptor` stays the caller's to close.
  ///
  /// - Throws: `BytesError.compressedTruncated` where its directory, which stands at its end, is
  ///   missing; `.compressedDamaged` where it cannot be read.
  public init(descriptor: Int32) throws(BytesError) {
    // libzip seeks and closes: it gets an open file of its own.
    let own = unsafe open("/proc/self/fd/\(descriptor)", O_RDONLY | O_CLOEXEC)
    guard own >= 0 else { throw .unreadable(offset: 0, errno: errno) }
    var code: Int32 = 0
    guard let opened = unsafe zip_fdopen(own, 0, &code) else {
      close(own)
      if code == ZIP_ER_NOZIP {
        throw .compressedTruncated(offset: UInt64(max(0, lseek(descriptor, 0, SEEK_END))))
      }
      throw .compressedDamaged(offset: 0, found: "the archive's directory cannot be read")
    }
    unsafe handle = opened
    var found: [Entry] = []
    let count = unsafe UInt64(max(0, zip_get_num_entries(opened, 0)))
    for index in 0..<count {
      var facts = unsafe zip_stat_t()
      guard unsafe zip_stat_index(opened, index, UInt32(ZIP_FL_ENC_RAW), &facts) == 0,
        let name = unsafe facts.name
      else { continue }
      let bytes = unsafe Array(UnsafeBufferPointer(start: name, count: strlen(name)))
        .map { UInt8(bitPattern: $0) }
      if Self.isNoise(bytes) { continue }
      found.append(unsafe Entry(name: bytes, index: index, packed: facts.comp_size))
    }
    entries = found
  }

  deinit {
    unsafe zip_discard(handle)
  }

  /// The file of that name, if it is there.
  public func entry(named name: String) -> Entry? {
    entries.first { $0.name.elementsEqual(name.utf8) }
  }

  /// Folders, and what macOS and Windows put beside files.
  private static func isNoise(_ name: [UInt8]) -> Bool {
    let last = name.split(separator: UInt8(ascii: "/")).last ?? []
    return name.last == UInt8(ascii: "/") || name.starts(with: "__MACOSX/".utf8)
      || last.elementsEqual(".DS_Store".utf8) || last.elementsEqual("Thumbs.db".utf8)
  }
}

// Sendable because a stream has one owner at a time: the thread that pulls from it.
/// The content of one entry of a zip archive; its checksum is verified at its end.
@safe
public final class ZipEntryStream: ByteStream, @unchecked Sendable {
  private let archive: ZipArchive
  private let entry: ZipArchive.Entry
  private let limits: InflateLimits
  private let handle: OpaquePointer
  private var inflated: UInt64 = 0

  /// Opens `entry` of `archive`.
  ///
  /// - Throws: `BytesError.compressedDamaged`, also where the entry is encrypted.
  public init(
    of archive: ZipArchive,
    entry: ZipArchive.Entry,
    limits: InflateLimits = InflateLimits()
  ) throws(BytesError) {
    guard let opened = unsafe zip_fopen_index(archive.handle, entry.index, 0) else {
      let code = unsafe zip_error_code_zip(zip_get_error(archive.handle))
      let found =
        switch code {
        case ZIP_ER_NOPASSWD: "the entry is encrypted"
        case ZIP_ER_COMPNOTSUPP: "the entry is packed by a method that is not known here"
        default: "the entry cannot be opened"
        }
      throw .compressedDamaged(offset: 0, found: found)
    }
    unsafe handle = opened
    self.archive = archive
    self.entry = entry
    self.limits = limits
  }

  deinit {
    unsafe zip_fclose(handle)
  }

  /// Inflates into the front of `buffer`.
  ///
  /// - Throws: `BytesError.compressedDamaged`, `.compressedTruncated`, `.inflatesTooFar`.
  public func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    // Safe: libzip writes at most `buffer.count` bytes.
    let count = unsafe Int(zip_fread(handle, buffer.baseAddress, UInt64(buffer.count)))
    guard count >= 0 else {
      let code = unsafe zip_error_code_zip(zip_file_get_error(handle))
      if code == ZIP_ER_EOF { throw .compressedTruncated(offset: inflated) }
      let damage: InflateDamage = code == ZIP_ER_CRC ? .trailer : .block
      throw .compressedDamaged(offset: inflated, found: damage.found)
    }
    inflated += UInt64(count)
    guard limits.allow(compressed: entry.packed, inflated: inflated) else {
      throw .inflatesTooFar(compressed: entry.packed, inflated: inflated)
    }
    return count
  }
}
