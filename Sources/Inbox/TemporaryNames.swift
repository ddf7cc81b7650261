/// Names of files that somebody is still writing, or that no person dropped.
public enum TemporaryNames: Sendable {
  /// True when a name is not to be taken: ours, hidden, half-written, or left behind by a desktop.
  ///
  /// Letters count alike in both cases. What uploaders use is listed in `docs/uploads.md`.
  public static func isIgnored(_ name: [UInt8]) -> Bool {
    guard let first = name.first, let last = name.last else { return true }
    // Hidden ones hold rsync's `.name.XXXXXX`, ProFTPD's `.in.name.`, `._name`, `.nfs…` and the like.
    if first == dot || first == UInt8(ascii: "_") { return true }
    if last == tilde || (first == tilde && name.count > 1 && name[1] == UInt8(ascii: "$")) {
      return true
    }
    let lower = name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    if wholeNames.contains(lower) { return true }
    guard let lastDot = lower.lastIndex(of: dot) else { return false }
    let suffix = Array(lower[(lastDot + 1)...])
    return suffixes.contains(suffix) || isServerTemporary(lower, lastDot)
  }

  /// nginx writes `name.csv.0000000002` before it renames it to `name.csv`.
  private static func isServerTemporary(_ name: [UInt8], _ lastDot: Int) -> Bool {
    let digits = name[(lastDot + 1)...]
    return digits.count == 10 && digits.allSatisfy { (0x30...0x39).contains($0) }
      && name[..<lastDot].contains(dot)
  }

  private static let dot = UInt8(ascii: ".")
  private static let tilde = UInt8(ascii: "~")

  private static let wholeNames: Set<[UInt8]> = bytes(["thumbs.db", "desktop.ini"])

  private static let suffixes: Set<[UInt8]> = bytes([
    "staging", "temp", "tmp", "part", "partial", "filepart", "crdownload", "download", "upload",
    "uploading", "swp", "!ut", "aria2",
  ])

  private static func bytes(_ words: [String]) -> Set<[UInt8]> {
    Set(words.map { Array($0.utf8) })
  }
}
