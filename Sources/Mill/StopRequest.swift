import Files

/// Somebody asked the process to end: what is not committed yet goes back to where it was.
struct StopRequest: Error {}

/// Listens for the signals that end the process in an orderly way.
final class StopSwitch {
  /// The signal that came; nil before one does.
  private(set) var signal: Int32?
  private let signals: Signals

  init() throws(FileError) {
    signals = try Signals()
  }

  /// What to wait for.
  var descriptor: Int32 { signals.raw }

  /// Whether the process is to end.
  func isPressed() throws(FileError) -> Bool {
    while let next = try signals.next() {
      // A lost terminal ends nothing: the mill works without one.
      if next != StopSwitch.hangup { signal = next }
    }
    return signal != nil
  }

  /// Throws when the process is to end.
  func check() throws {
    if try isPressed() { throw StopRequest() }
  }

  private static let hangup: Int32 = 1
}
