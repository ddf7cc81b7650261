import Conversion
import Mill
import Settings

extension Settings {
  /// What is stated of a file that is converted by itself: what holds for the feed its name says.
  func statement(ofFileNamed name: [UInt8]) -> Statement {
    settings(ofFeed: FeedNaming.feed(ofFileNamed: name, settings: self)).statement
  }
}
