import Files

/// The key in the state folder: under its real name, or under that of a ledger being made.
struct KeyFile {
  let key: FingerprintKey
  /// Whether it has its real name; if not, the ledger is new, or was being made when it was killed.
  let isFinal: Bool
  /// Where it lies, for messages.
  let path: String

  static let name = Array("fingerprint.key".utf8)
  private static let newName = Array("fingerprint.key.new".utf8)

  /// Finds the key that goes with the ledger, or draws one where there is no ledger yet.
  static func choose(
    in folder: borrowing Directory,
    ledgerIsThere: Bool,
    ledger: String,
    random: Randomness,
    keeping kept: FingerprintKey? = nil
  ) throws(LedgerError) -> KeyFile {
    let path = shown(folder.path(of: name))
    if let text = try text(of: name, in: folder) {
      guard ledgerIsThere else { throw .missing(path: ledger) }
      guard let key = FingerprintKey(fileText: text) else { throw .keyDamaged(path: path) }
      return KeyFile(key: key, isFinal: true, path: path)
    }
    let unfinished = try text(of: newName, in: folder).flatMap(FingerprintKey.init(fileText:))
    if ledgerIsThere {
      guard let unfinished else { throw .keyMissing(path: path) }
      return KeyFile(key: unfinished, isFinal: false, path: path)
    }
    let key = try Ledger.filed { () throws(FileError) in
      let key = if let kept { kept } else { try FingerprintKey(from: random) }
      try folder.remove(newName)
      let file = try folder.create(newName, mode: 0o600)
      try file.write(Array(key.fileText.utf8))
      try file.sync()
      try folder.sync()
      return key
    }
    return KeyFile(key: key, isFinal: false, path: path)
  }

  /// Gives the key its real name, once the ledger that needs it lasts.
  static func finish(in folder: borrowing Directory) throws(LedgerError) {
    try Ledger.filed { () throws(FileError) in
      try folder.rename(newName, to: folder, as: name)
      try folder.sync()
    }
  }

  /// The key of a state folder whose ledger may be lost; nil where there is none, or it is damaged.
  static func kept(in folder: borrowing Directory) throws(LedgerError) -> FingerprintKey? {
    try text(of: name, in: folder).flatMap(FingerprintKey.init(fileText:))
  }

  private static func text(
    of name: [UInt8],
    in folder: borrowing Directory
  ) throws(LedgerError) -> String? {
    let bytes = try Ledger.filed { () throws(FileError) -> [UInt8]? in
      guard try folder.factsIfThere(name) != nil else { return nil }
      return try folder.read(name).bytes()
    }
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }
}
