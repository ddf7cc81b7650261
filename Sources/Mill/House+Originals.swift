import Files
import Inbox
import Ledger
import Settings

extension House {
  /// Removes originals that were kept as long as their feeds' `keep-originals` says; looks once an hour.
  ///
  /// Which day an original is of is that of its first sight, in UTC, as its folder in `_done` says.
  /// Drops that are not put in their place yet, and held ones, are no concern of it.
  func forgetOriginals() throws {
    let now = settings.clock.now
    guard now >= nextClearing else { return }
    nextClearing = Timestamp(seconds: now.seconds + 3_600)
    var limits: [String: Timestamp] = [:]
    for feed in try ledger.feeds() {
      let kept = settings(of: feed).keepOriginals
      guard kept < .forever else { continue }
      limits[feed.slug] = Timestamp(seconds: now.seconds - kept.seconds)
    }
    _ = try archivist.use { try $0.removeDone { limits[$0] } }
  }
}
