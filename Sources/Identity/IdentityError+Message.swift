import Files

extension IdentityError {
  /// The stable code of the error, as in `docs/errors.md`.
  public var code: String {
    switch self {
    case .files(let error): error.code
    case .damaged: "run-damaged"
    case .outOfMemory: "out-of-memory"
    }
  }

  /// What happened and what to do, in one or two sentences.
  public var message: String {
    switch self {
    case .files(let error):
      error.description
    case .damaged(let run, let found):
      "\(run): the run of fingerprints is damaged (\(found)). "
        + "Check the disk, and put back the last good copy of the state folder."
    case .outOfMemory:
      "The system gives no memory. Give the process more, or lower the memory of a drop."
    }
  }

  /// True when the state of the disk is unknown: end the process, never try again.
  public var isFatal: Bool {
    guard case .files(let error) = self else { return false }
    return error.isFatal
  }

  /// The exit code of the process that ends with this error ("sysexits.h").
  public var exitCode: Int32 {
    switch self {
    case .files(let error): error.exitCode
    case .damaged: 74
    case .outOfMemory: 75
    }
  }
}
