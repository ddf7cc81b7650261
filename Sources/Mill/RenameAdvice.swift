import Conversion
import Ledger
public import Records
import Settings

extension NameRules {
  /// The line under the feed in the settings file that lets a column keep its former name.
  func line(accepting rename: RenameProposal) -> String {
    var renames = renames
    renames[rename.sourceName] = rename.from
    return FeedSettings.line(renames: renames)
  }

  /// The proposal for people, with what to do about it.
  public func advice(_ rename: RenameProposal, feed: String) -> String {
    var own = renames
    own[rename.sourceName] = rename.to
    return "“\(rename.to)” seems to be “\(rename.from)” under another name "
      + "(\(Int((rename.likelihood * 100).rounded())) %: \(rename.evidence)). If it is, state under the "
      + "feed “\(feed)”: \(line(accepting: rename)); if not: \(FeedSettings.line(renames: own))"
  }
}

extension House {
  /// A proposal for people, as the settings of its feed have it.
  func advice(_ rename: RenameProposal, for feed: Feed) -> String {
    settings(of: feed).statement.names.advice(
      rename,
      feed: String(decoding: feed.name, as: UTF8.self)
    )
  }
}
