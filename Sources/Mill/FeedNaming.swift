public import Ledger
public import Settings

/// Says which feed a drop belongs to, from where it was dropped and what it is called.
public enum FeedNaming: Sendable {
  /// The feed of a drop: its sub-folder, or its name without dates, numbers, hashes and extensions.
  public static func feed(folder: [[UInt8]], name: [UInt8]) -> FeedName {
    guard folder.isEmpty else {
      let bytes = Array(folder.joined(separator: [UInt8(ascii: "/")]))
      return FeedName(bytes: bytes, slug: slug(folder.joined(separator: [UInt8(ascii: ".")])))
    }
    let stem = stem(of: name)
    let bytes = stem.isEmpty ? Array("drops".utf8) : stem
    return FeedName(bytes: bytes, slug: slug(bytes))
  }

  /// The feed of a drop where settings may say which it is.
  public static func feed(folder: [[UInt8]], name: [UInt8], settings: Settings) -> FeedName {
    let path = (folder + [name]).map { String(decoding: $0, as: UTF8.self) }
    guard let stated = settings.feed(ofDropAt: path.joined(separator: "/")) else {
      return feed(folder: folder, name: name)
    }
    return feed(named: stated)
  }

  /// The name of the feed that a file of that name belongs to, as settings name feeds.
  public static func feed(ofFileNamed name: [UInt8], settings: Settings) -> String {
    String(decoding: feed(folder: [], name: name, settings: settings).bytes, as: UTF8.self)
  }

  /// The feed of that name; `/` stands between the folders that it is named after.
  public static func feed(named name: String) -> FeedName {
    FeedName(bytes: Array(name.utf8), slug: slug(name.utf8.map { $0 == 0x2F ? 0x2E : $0 }))
  }

  /// A name as it may stand in a path: letters, digits, `-`, `_` and `.`, at most 64 bytes.
  static func slug(_ bytes: some Sequence<UInt8>) -> String {
    var slug = ""
    for scalar in String(decoding: Array(bytes), as: UTF8.self).unicodeScalars {
      slug.unicodeScalars.append(isPathSafe(scalar) ? scalar : "-")
    }
    // A dot or an underscore in front would make it one of our own folders.
    let kept = slug.drop { $0 == "." || $0 == "_" || $0 == "-" }.prefix(64)
    return kept.isEmpty ? "drops" : String(kept)
  }

  private static func isPathSafe(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_", ".": true
    default: false
    }
  }
}

extension FeedNaming {
  /// What is left of a file name without what changes from one export to the next.
  static func stem(of name: [UInt8]) -> [UInt8] {
    let words = words(of: withoutExtensions(name))
    let kept = words.filter { !isVariable($0.word) }
    var stem: [UInt8] = []
    for (separator, word) in kept {
      if !stem.isEmpty { stem += separator }
      stem += withoutDateBehind(word)
    }
    return stem
  }

  private static let extensions: Set<[UInt8]> = Set(
    [
      "gz", "gzip", "csv", "tsv", "tab", "psv", "txt", "dat", "json", "jsonl", "ndjson", "geojson",
      "xml", "xlsx", "xlsm", "export", "zip", "zst", "bz2", "xz",
    ].map { Array($0.utf8) }
  )

  private static func withoutExtensions(_ name: [UInt8]) -> ArraySlice<UInt8> {
    var rest = name[...]
    while let dot = rest.lastIndex(of: UInt8(ascii: ".")), dot > rest.startIndex,
      extensions.contains(rest[(dot + 1)...].map(lowered))
    {
      rest = rest[..<dot]
    }
    return rest
  }

  /// The words of a name, each with what stands before it.
  private static func words(
    of name: ArraySlice<UInt8>
  ) -> [(separator: [UInt8], word: ArraySlice<UInt8>)] {
    var words: [(separator: [UInt8], word: ArraySlice<UInt8>)] = []
    var at = name.startIndex
    while at < name.endIndex {
      let start = name[at...].firstIndex { !isSeparator($0) } ?? name.endIndex
      let end = name[start...].firstIndex(where: isSeparator) ?? name.endIndex
      if start < end { words.append((Array(name[at..<start]), name[start..<end])) }
      at = end
    }
    return words
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x28, 0x29, 0x2B, 0x2C, 0x2D, 0x2E, 0x3A, 0x5B, 0x5D, 0x5F, 0x7E: true
    default: false
    }
  }

  /// A date, a time, a counter or a hash.
  private static func isVariable(_ word: ArraySlice<UInt8>) -> Bool {
    let digits = word.count(where: isDigit)
    if digits == word.count { return true }
    let lower = word.map(lowered)
    // 20261123T081500Z, 0815h, v12
    let isStamp =
      lower.allSatisfy { isDigit($0) || $0 == 0x74 || $0 == 0x7A } && isDigit(lower[0])
    if isStamp { return true }
    if lower[0] == UInt8(ascii: "v"), digits == word.count - 1 { return true }
    let isHexadecimal = lower.allSatisfy { isDigit($0) || (0x61...0x66).contains($0) }
    return isHexadecimal && digits > 0 && (word.count >= 8 || (word.count == 4 && digits > 1))
  }

  /// `orders20261123` is `orders`; `q3` and `mp3` stay what they are.
  private static func withoutDateBehind(_ word: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let letters = word.lastIndex { !isDigit($0) } ?? word.startIndex
    return word.endIndex - letters > 6 ? word[...letters] : word
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func lowered(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}
