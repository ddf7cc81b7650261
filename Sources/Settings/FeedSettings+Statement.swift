import Bytes

extension FeedSettings {
  /// SHA-256 of all that decides which records a drop gives and which of them are new, 32 bytes.
  ///
  /// A drop that comes again under other settings is another drop.
  public var statementHash: [UInt8] {
    let deciding = Self.layoutKeys + Self.nameKeys + Self.valueKeys + Self.limitKeys
    let stated = deciding.map { "\($0.name): \($0.show(self) ?? "")\n" }.joined()
    return SHA256Hasher.hash(of: "\(stated)identity: \(identity.text)\nsnapshot: \(isSnapshot)\n")
  }
}
