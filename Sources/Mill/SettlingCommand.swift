import Inbox
import Ledger
import Records

/// A command that settles a held drop, as it can be typed.
public struct SettlingCommand: Sendable, Hashable, Codable {
  /// The command line.
  public var text: String
  /// What it does.
  public var effect: String
}

extension MillSettings {
  /// The commands that settle a held drop: those that take it as it is only where it could be read.
  func commands(
    for claim: ClaimedDrop,
    _ drop: SettledDrop,
    _ judgement: Judgement?
  ) -> [SettlingCommand] {
    var commands: [SettlingCommand] = []
    if judgement?.isOverBudget == true {
      commands.append(
        SettlingCommand(
          text: "dropmill schema accept \(drop.feed) \(claim.id)\(folderOptions)",
          effect: "the schema becomes what the drop needs, and the drop is taken"
        )
      )
    }
    let forAPerson: [GroupCode] = [.keyRepeats, .olderThanBefore, .unlikeFeed]
    let isForAPerson = forAPerson.map(\.rawValue).contains(drop.reason)
    if judgement?.isOverBudget == true || isForAPerson {
      commands.append(
        SettlingCommand(
          text: "dropmill release \(claim.id)\(folderOptions)",
          effect: "the drop is taken as it is; records that do not fit are rejected"
        )
      )
    }
    commands.append(
      SettlingCommand(
        text: "dropmill retry \(claim.id)\(folderOptions)",
        effect: "the drop is looked at again, after settings or the feed have changed"
      )
    )
    commands.append(
      SettlingCommand(
        text: "dropmill discard \(claim.id)\(folderOptions)",
        effect: "nothing of the drop is published; the file is kept in _done"
      )
    )
    return commands
  }

  /// The folders that are not where the command looks by itself, as options.
  private var folderOptions: String {
    let given = [("inbox", inbox), ("outbox", outbox), ("state", state)]
    let usual = MillSettings.usual
    return zip(given, [usual.inbox, usual.outbox, usual.state]).map { option, usual in
      option.1 == usual ? "" : " --\(option.0) \(MillSettings.quoted(option.1))"
    }.joined()
  }

  /// The folders that commands use where none are named.
  public static let usual = MillSettings(
    inbox: Array("inbox".utf8),
    outbox: Array("outbox".utf8),
    state: Array(".dropmill".utf8)
  )

  /// A word as a shell takes it for one.
  private static func quoted(_ word: [UInt8]) -> String {
    let text = String(decoding: word, as: UTF8.self)
    let isPlain = word.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F: true
      default: false
      }
    }
    return isPlain && !word.isEmpty
      ? text
      : "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
  }
}
