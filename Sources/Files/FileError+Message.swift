internal import CLinux

extension FileError: CustomStringConvertible {
  /// The stable name of this kind of error.
  public var code: String {
    switch self {
    case .failed: "file-failed"
    case .unsynced: "file-unsynced"
    case .truncated: "file-truncated"
    }
  }

  /// Where, what, and what to do.
  public var description: String {
    switch self {
    case .failed(let call, let name, let errno):
      let hint = FileError.hint(errno, call).map { " \($0)" } ?? ""
      return "\(shown(name)): cannot \(call.rawValue): \(FileError.words(errno)).\(hint)"
    case .unsynced(let name, let errno):
      return """
        \(shown(name)): the disk did not confirm what was written: \(FileError.words(errno)). \
        Check the disk, then start again: nothing is taken for written that was not.
        """
    case .truncated(let name, let offset, let wanted):
      return """
        \(shown(name)): ends before byte \(offset + Int64(wanted)). \
        Somebody shortened it while it was read; drop it again.
        """
    }
  }

  /// The name and the meaning of an error number, as the C library has them.
  static func words(_ errno: Int32) -> String {
    let words = unsafe String(unsafeUninitializedCapacity: 128) { buffer in
      // Safe: the call writes at most the count it is given, with a NUL inside it.
      unsafe buffer.withMemoryRebound(to: CChar.self) {
        unsafe clinux_error_words(errno, $0.baseAddress, $0.count)
      }
      return unsafe buffer.firstIndex(of: 0) ?? 0
    }
    guard let name = unsafe clinux_error_name(errno) else { return "\(words) (\(errno))" }
    return unsafe "\(words) (\(String(cString: name)))"
  }

  private static func hint(_ errno: Int32, _ call: FileCall) -> String? {
    switch errno {
    case Errno.noAccess, Errno.notPermitted:
      "Give user \(clinux_user()) the right to it, or run as its owner."
    case Errno.noSpace where call == .watch:
      "Raise fs.inotify.max_user_watches with sysctl."
    case Errno.tooManyOpen where call == .watch:
      "Raise fs.inotify.max_user_instances with sysctl."
    case Errno.noSpace: "Free some space; work goes on by itself then."
    case Errno.overQuota: "Raise the quota or free some space."
    case Errno.tooManyOpen, Errno.tableFull: "Raise the limit of open files (ulimit -n)."
    case Errno.readOnly: "Mount it writable."
    case Errno.otherFileSystem: "Put both on one file system."
    case Errno.symbolicLink: "Links are not followed; name the real place."
    default: nil
    }
  }
}

/// A name as a terminal may show it: control bytes and bytes that are no UTF-8 are escaped.
public func shown(_ name: [UInt8]) -> String {
  if name.isEmpty { return "." }
  var text = ""
  for scalar in String(decoding: name, as: UTF8.self).unicodeScalars {
    if isHarmful(scalar) {
      text += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      text.unicodeScalars.append(scalar)
    }
  }
  return text
}

/// True for what moves the cursor, hides, or turns the direction of the text around it.
private func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0..<0x20, 0x7F..<0xA0, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
  default: false
  }
}
