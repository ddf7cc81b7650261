import Files

extension LedgerError {
  /// The stable code of the error, as in `docs/errors.md`.
  public var code: String {
    switch self {
    case .inUse: "ledger-in-use"
    case .damaged: "ledger-damaged"
    case .newer: "ledger-newer"
    case .missing: "ledger-missing"
    case .keyMissing: "key-missing"
    case .keyDamaged: "key-damaged"
    case .keyForeign: "key-foreign"
    case .files(let error): error.code
    case .full: "ledger-full"
    case .unknown: "ledger-unknown"
    case .refused: "ledger-refused"
    case .wrongState: "ledger-wrong-state"
    case .outOfSequence: "ledger-out-of-sequence"
    }
  }

  /// What happened and what to do, in a few sentences.
  public var message: String {
    switch self {
    case .inUse(let path):
      "\(path): another process has the ledger open. Stop it first; one dropmill runs at a time."
    case .damaged(let path, let found):
      "\(path): the ledger is damaged (\(found)). "
        + "Keep the file; `dropmill rebuild` makes the state anew from _done and the outbox."
    case .newer(let path):
      "\(path): a newer dropmill wrote this ledger. Run that version or a later one."
    case .missing(let path):
      "\(path): the ledger is gone, though its key is still there. "
        + "Put the file back, or make the state anew with `dropmill rebuild`."
    case .keyMissing(let path):
      "\(path): the key of the ledger's fingerprints is missing. "
        + "Put it back: under a new key every record would count as new."
    case .keyDamaged(let path):
      "\(path): the key of the ledger's fingerprints is damaged. Put back a copy of it."
    case .keyForeign(let path):
      "\(path): this key belongs to another ledger. Put back the one that was made with this ledger."
    case .files(let error):
      error.description
    case .full(let path):
      "\(path): the disk is full. Nothing was changed; free some space."
    case .unknown(let path, let found):
      "\(path): a write failed (\(found)), so what the disk holds is unknown. "
        + "Check the disk, then start again: recovery finds out."
    case .refused(let code, let found):
      "SQLite refuses a statement with error \(code): \(found). Please report this."
    case .wrongState(let claim, let wanted):
      "The drop “\(claim)” is not \(wanted). Please report this."
    case .outOfSequence(let feed, let given):
      "Number \(given) does not follow the last one of the feed “\(feed)”. Please report this."
    }
  }
}

extension LedgerError {
  /// True when the state of the disk is unknown: end the process, never try again.
  public var isFatal: Bool {
    switch self {
    case .unknown, .damaged: true
    case .files(let error): error.isFatal
    default: false
    }
  }

  /// The exit code of the process that ends with this error ("sysexits.h").
  public var exitCode: Int32 {
    switch self {
    case .inUse: 75
    case .damaged, .unknown: 74
    case .newer, .missing, .keyMissing, .keyDamaged, .keyForeign: 78
    case .full: 73
    case .files(let error): error.exitCode
    case .refused, .wrongState, .outOfSequence: 70
    }
  }
}
