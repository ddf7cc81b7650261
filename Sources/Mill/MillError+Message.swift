import Files
import Identity
import Ledger
import Outbox

extension MillError: CustomStringConvertible {
  /// The stable code of the error, as in `docs/errors.md`.
  public var code: String {
    switch self {
    case .files(let error): error.code
    case .outbox(let error): error.code
    case .ledger(let error): error.code
    case .identity(let error): error.code
    case .inUse: "state-in-use"
    case .inboxLost: "inbox-lost"
    case .nested: "folders-nested"
    case .noFeed: "no-such-feed"
    case .noState: "no-such-state"
    case .answered: "not-answered"
    case .lowOnSpace: "disk-low"
    case .noStateFolder: "no-state-folder"
    case .stateIsThere: "state-there"
    case .noSuchColumn: "no-such-column"
    case .noSuchDrop: "no-such-drop"
    case .severalDrops: "several-drops"
    case .stopped: "stopped"
    case .unexpected: "unexpected"
    }
  }

  /// Where, what, and what to do.
  public var description: String {
    switch self {
    case .files(let error): error.description
    case .outbox(let error): error.description
    case .ledger(let error): error.message
    case .identity(let error): error.message
    case .inUse(let path):
      "\(shown(path)): another dropmill works here. Stop it first, or give this one another --state."
    case .inboxLost(let path):
      "\(shown(path)): the inbox was moved, removed or unmounted. Put it back, then start again."
    case .nested(let inbox, let outbox):
      "\(shown(outbox)) and \(shown(inbox)) lie in one another. Give the outbox a place of its own."
    case .noFeed(let name, let nearest):
      "there is no feed “\(name)”. "
        + (nearest.map { "Did you mean “\($0)”?" } ?? "`dropmill feeds` lists those there are.")
    case .noState(let name, let known):
      "drops are never “\(name)”, only \(known.joined(separator: ", "))."
    case .answered(let found, _): found
    case .lowOnSpace(let path, let free, let wanted):
      "\(shown(path)): \(free >> 20) MiB are free, and \(wanted >> 20) MiB are to stay so "
        + "(--minimum-free). Drops wait in the inbox until there is more."
    case .noStateFolder(let path):
      "\(shown(path)): no dropmill has worked here yet. Name its state folder with --state."
    case .stateIsThere(let path):
      "\(shown(path)): something is there. Name a folder that is not: the new state is made as a whole."
    case .noSuchColumn(let name, let feed, let known):
      "the feed “\(feed)” has no column “\(name)”. \(MillError.list(known))"
    case .noSuchDrop(let name):
      "no held drop is called “\(name)”. Name one by its path in _held, or as its receipt does."
    case .severalDrops(let name, let claims):
      "several held drops are called “\(name)”: name one of \(claims.joined(separator: ", "))."
    case .stopped: "stopped before it was done; nothing was changed."
    case .unexpected(let found): "\(found). Please report this."
    }
  }

  /// The exit code of the process that ends with this error ("sysexits.h").
  public var exitCode: Int32 {
    switch self {
    case .files(let error): error.exitCode
    case .outbox(let error): error.exitCode
    case .ledger(let error): error.exitCode
    case .identity(let error): error.exitCode
    case .inUse, .inboxLost: 75
    case .nested: 78
    case .noFeed, .noState, .noSuchColumn, .noSuchDrop, .severalDrops: 64
    case .noStateFolder: 66
    case .answered(_, let exitCode): exitCode
    case .lowOnSpace, .stateIsThere: 73
    case .stopped(let signal): 128 + signal
    case .unexpected: 70
    }
  }

  private static func list(_ columns: [String]) -> String {
    columns.isEmpty
      ? "It has none yet."
      : "It has \(columns.prefix(20).joined(separator: ", "))\(columns.count > 20 ? ", …" : "")."
  }

  /// True when somebody named what there is not: nothing was changed.
  var isMistake: Bool { exitCode == 64 }

  /// True when space or descriptors ran out: nothing is lost, and work goes on when there are some.
  public var isShortage: Bool {
    switch self {
    case .files(let error), .outbox(.files(let error)), .identity(.files(let error)),
      .ledger(.files(let error)):
      error.isOutOfSpace || error.isOutOfDescriptors
    case .ledger(.full), .lowOnSpace: true
    default: false
    }
  }
}

extension MillError {
  /// The mill's own error, or that of the room it came from.
  init(_ error: any Error) {
    self =
      switch error {
      case let error as MillError: error
      case let error as FileError: .files(error)
      case let error as OutboxError: .outbox(error)
      case let error as LedgerError: .ledger(error)
      case let error as IdentityError: .identity(error)
      default: .unexpected(String(describing: error))
      }
  }
}
