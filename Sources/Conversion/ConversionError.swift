public import Bytes
public import Formats

/// Why a drop could not be converted; nothing of it counts.
public enum ConversionError: Error {
  /// Its bytes cannot be had.
  case bytes(BytesError)
  /// Its bytes are not what they seem.
  case format(FormatError)
  /// It read differently each time: it changes while it is read.
  case unstable
  /// The sink failed.
  case sink(any Error)

  /// The stable code of the error, as in `docs/errors.md`.
  public var code: String {
    switch self {
    case .bytes(let error): error.code
    case .format(let error): error.code
    case .unstable: "unstable"
    case .sink: "not-written"
    }
  }

  /// Line and column of the place in the drop, where there is one.
  public var place: (line: UInt64, column: UInt64)? {
    if case .format(let error) = self { return error.place }
    return nil
  }

  /// What happened and what to do, in one or two sentences.
  public var message: String {
    switch self {
    case .bytes(let error): error.message
    case .format(let error): error.message
    case .unstable:
      "The file reads differently each time. Let its writer finish, then drop it again."
    case .sink(let error): "The records could not be written: \(error)."
    }
  }
}
