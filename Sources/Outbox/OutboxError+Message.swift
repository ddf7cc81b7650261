import Files

extension OutboxError: CustomStringConvertible {
  /// The stable code of the error, as in `docs/errors.md`.
  public var code: String {
    switch self {
    case .files(let error): error.code
    case .taken: "outbox-taken"
    case .damaged: "staged-damaged"
    case .missing: "outbox-missing"
    case .foreign: "outbox-foreign"
    }
  }

  /// Where, what, and what to do.
  public var description: String {
    switch self {
    case .files(let error): error.description
    case .taken(let path):
      "\(shown(path)): a file that is not ours has this name. "
        + "Move it away; the batch is published then."
    case .damaged(let path):
      "\(shown(path)): the staged file is not the one that was committed. "
        + "Check the disk, and put the file back from a copy."
    case .missing(let path):
      "\(shown(path)): batches were written to an outbox, and this is not it: it has no folder "
        + ".staging. Mount it or put it back; if it was emptied on purpose, make that folder."
    case .foreign(let path):
      "\(shown(path)): another state folder works with this outbox. Give this one its own."
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
    case .taken: 73
    case .damaged: 74
    case .missing, .foreign: 78
    }
  }
}

/// Runs calls on files; their errors become the outbox's.
func filed<Result: ~Copyable>(
  _ calls: () throws(FileError) -> Result
) throws(OutboxError) -> Result {
  do throws(FileError) {
    return try calls()
  } catch {
    throw .files(error)
  }
}
