import Bytes

/// What an XML declaration says of the document's encoding.
enum XMLDeclaration {
  /// The encoding that the declaration at the beginning names; nil where there is none.
  static func encoding(in head: [UInt8]) -> TextEncoding? {
    let start = head.prefix(400)
    guard start.starts(with: "<?xml".utf8), let end = start.firstIndex(of: 0x3E) else { return nil }
    let words = String(decoding: start[..<end], as: UTF8.self)
    guard let key = words.split(separator: "encoding", maxSplits: 1).last, key != words[...] else {
      return nil
    }
    let quoted = key.drop { $0 == " " || $0 == "=" }
    guard let mark = quoted.first, mark == "\"" || mark == "'" else { return nil }
    return TextEncoding(named: String(quoted.dropFirst().prefix { $0 != mark }))
  }

  /// What contradicts a byte-order mark: the name of another encoding; nil where nothing does.
  static func contradiction(in text: [UInt8], to marked: TextEncoding) -> String? {
    guard let declared = encoding(in: text), declared != marked else { return nil }
    // “utf-16” names both orders, the mark says which.
    let isSameFamily =
      declared.isWide && marked.isWide && declared.name.dropLast(2) == marked.name.dropLast(2)
    return isSameFamily ? nil : declared.name
  }
}
