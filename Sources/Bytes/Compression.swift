/// How a drop is compressed, found by its first bytes.
public enum Compression: String, Sendable, Hashable, CaseIterable {
  /// Not at all.
  case none
  /// gzip, any number of members.
  case gzip
  /// gzip in gzip.
  case gzipTwice = "gzip-twice"
  /// bzip2, any number of streams.
  case bzip2
  /// xz, any number of streams.
  case xz
  /// Zstandard, any number of frames.
  case zstandard = "zstd"
  /// A zip archive that holds one file.
  case zip

  /// The compression in words, and the first bytes that tell it.
  public var evidence: (words: String, magic: String)? {
    switch self {
    case .none: nil
    case .gzip: ("gzip", "1f 8b")
    case .gzipTwice: ("gzip in gzip", "1f 8b")
    case .bzip2: ("bzip2", "BZh")
    case .xz: ("xz", "fd 37 7a 58 5a 00")
    case .zstandard: ("Zstandard", "28 b5 2f fd")
    case .zip: ("zip", "PK 03 04")
    }
  }
}

/// A drop's bytes without their compression.
public struct Uncompressed: Sendable {
  /// What was packed, with its first bytes at hand.
  public let stream: HeadStream
  /// How it was packed.
  public let compression: Compression
  private let layers: [InflateStream]

  /// Unpacks `source` where its first bytes say that it is packed, and gzip in gzip once more.
  ///
  /// - Parameters:
  ///   - source: the drop's bytes from their beginning.
  ///   - file: where they come from; a zip archive is read through it, unless it is a pipe.
  ///   - limits: what the bytes may grow to.
  ///   - library: what inflates gzip.
  ///   - room: bytes that are likely to be looked at where nothing is packed.
  /// - Throws: `BytesError` where the first bytes cannot be read or unpacked.
  public init(
    of source: any ByteStream,
    file: Int32? = nil,
    limits: InflateLimits = InflateLimits(),
    library: InflateLibrary = .fastest,
    room: Int = 1 << 14
  ) throws(BytesError) {
    var stream = HeadStream(source, room: room)
    var layers: [InflateStream] = []
    var compressions: [Compression] = []
    try stream.look(PackedFormat.longestMagic)
    // Safe: the head is looked at, within its bounds, before anything is read.
    if let file, unsafe ZipArchive.begins(stream.head), ZipArchive.isReadable(file),
      let entry = try Self.onlyEntry(of: file, limits)
    {
      stream = HeadStream(entry)
      compressions.append(.zip)
      try stream.look(PackedFormat.longestMagic)
    }
    while compressions.count < 2, let format = unsafe PackedFormat.of(stream.head) {
      let layer = InflateStream(
        over: stream,
        format: format,
        limits: limits,
        library: library,
        inside: layers.first
      )
      layers.append(layer)
      compressions.append(format.compression)
      stream = HeadStream(layer)
      try stream.look(PackedFormat.longestMagic)
    }
    self.stream = stream
    self.layers = layers
    compression = compressions == [.gzip, .gzip] ? .gzipTwice : compressions.first ?? .none
  }

  /// What is odd about the packing; complete once the end was read.
  public var warnings: [InflateWarning] { layers.flatMap(\.warnings) }

  /// The content of an archive's only file; nil where it is a workbook or a document, not a wrapper.
  private static func onlyEntry(
    of file: Int32,
    _ limits: InflateLimits
  ) throws(BytesError) -> ZipEntryStream? {
    let archive = try ZipArchive(descriptor: file)
    if archive.entries.contains(where: { $0.name == Array("[Content_Types].xml".utf8) }) {
      return nil
    }
    guard archive.entries.count == 1, let entry = archive.entries.first else {
      throw .notOneFile(names: archive.entries.prefix(5).map(\.name), count: archive.entries.count)
    }
    return try ZipEntryStream(of: archive, entry: entry, limits: limits)
  }
}
