import Files

/// Somebody asked the process to end: what is not committed yet goes back to where it was.
struct StopRequest: Error {}

/// Listens for the signals that end the process in an orderly way.
final class StopSwitch {
  /// The signal that came; nil before one does.
  private(set) var signal: Int32?
  private let signals: Signals
  private var hasHungUp = false

  init() throws(FileError) {
    signals = try Signals()
  }

  /// What to wait for.
  var descriptor: Int32 { signals.raw }

  /// Whether the process is to end.
  func isPressed() throws(FileError) -> Bool {
    while let next = try signals.next() {
      // A lost terminal ends nothing: the mill works without one, and reads its settings again.
      if next == StopSwitch.hangup { hasHungUp = true } else { signal = next }
    }
    return signal != nil
  }

  /// Whether SIGHUP came since this was asked last.
  func takeHangup() -> Bool {
    defer { hasHungUp = false }
    return hasHungUp
  }

  /// Throws when the process is to end.
  func check() throws {
    if try isPressed() { throw StopRequest() }
  }

  private static let hangup: Int32 = 1
}
