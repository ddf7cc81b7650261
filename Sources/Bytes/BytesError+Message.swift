import Glibc

extension BytesError {
  /// The stable code of the error, as in `docs/errors.md`.
  public var code: String {
    switch self {
    case .unreadable: "unreadable"
    case .compressedTruncated: "compressed-truncated"
    case .compressedDamaged: "compressed-damaged"
    case .inflatesTooFar: "inflates-too-far"
    case .notOneFile: "not-one-file"
    case .notInEncoding: "not-in-encoding"
    case .unknownEncoding: "unknown-encoding"
    }
  }

  /// What happened and what to do, in one or two sentences.
  public var message: String {
    switch self {
    case .unreadable(let offset, let number):
      "The file cannot be read at byte \(offset): \(unsafe String(cString: strerror(number)))."
    case .compressedTruncated(let offset):
      "The compressed data ends at byte \(offset), before its trailer. "
        + "The upload is likely incomplete: send the file again."
    case .compressedDamaged(let offset, let found):
      "The compressed data is damaged near byte \(offset): \(found). Send the file again."
    case .inflatesTooFar(let compressed, let inflated):
      "\(compressed) compressed bytes inflate to more than \(inflated). "
        + "If the file is genuine, raise the limit or send it uncompressed."
    case .notOneFile(let names, let count):
      count == 0
        ? "The archive holds no file. Send the file itself."
        : "The archive holds \(count) files: \(Self.list(names, of: count)). "
          + "Send them one by one, or in an archive each."
    case .notInEncoding(let encoding, let offset):
      "Byte \(offset) is not \(encoding). State the drop's encoding in the feed's settings."
    case .unknownEncoding(let name):
      "The encoding “\(name)” is not known to this system. `iconv -l` lists those that are."
    }
  }

  /// Names from outside, shown without what a terminal would obey.
  private static func list(_ names: [[UInt8]], of count: Int) -> String {
    let shown = names.map { name in
      let text = String(decoding: name, as: UTF8.self)
      let plain = text.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }
      return "“" + String(String.UnicodeScalarView(plain)) + "”"
    }
    return shown.joined(separator: ", ") + (count > names.count ? ", …" : "")
  }
}
