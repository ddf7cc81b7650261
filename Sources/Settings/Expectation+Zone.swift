public import Canonical
import Foundation

extension Expectation {
  /// The offsets of its zone, or of this machine's; nil where the machine's has no name.
  public var offsets: ZoneOffsets? {
    let name = zone ?? TimeZone.current.identifier
    if name == "GMT" { return ZoneOffsets(name: "UTC", starts: [.min], offsets: [0]) }
    return try? Value.text(name, .standard).zone()
  }
}
