internal import CLinux

/// Waits until a descriptor can be read or the time is over, for ever when there is none.
///
/// Says for each descriptor whether it can be read ("man 2 poll"). A signal may end the wait early.
public func waitUntilReadable(
  _ descriptors: [Int32],
  timeout: Duration?
) throws(FileError) -> [Bool] {
  var waits = descriptors.map { clinux_wait(descriptor: $0, ready: 0) }
  let milliseconds = timeout.map(roundedUp) ?? -1
  let result = unsafe waits.withUnsafeMutableBufferPointer {
    // Safe: the list is passed with its length.
    unsafe clinux_poll($0.baseAddress, $0.count, milliseconds)
  }
  try checked(result, .waitFor, [])
  return waits.map { $0.ready != 0 }
}

/// Whole milliseconds, never fewer than asked: a wait that ends too early only runs in a circle.
private func roundedUp(_ duration: Duration) -> Int32 {
  let (seconds, attoseconds) = duration.components
  guard seconds >= 0, attoseconds >= 0 else { return 0 }
  guard seconds < 1_000_000 else { return 1_000_000_000 }
  return Int32(seconds) * 1_000 + Int32((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
}

/// The signals that end the process in an orderly way, as something to wait for.
public struct Signals: ~Copyable, Sendable {
  private let descriptor: Descriptor

  /// Blocks SIGINT, SIGTERM and SIGHUP and reads them instead ("man 2 signalfd").
  ///
  /// Call it before any thread is made: threads inherit what is blocked.
  public init() throws(FileError) {
    let wanted: [Int32] = [1, 2, 15]
    let result = unsafe wanted.withUnsafeBufferPointer {
      // Safe: the list is passed with its length.
      unsafe clinux_signals($0.baseAddress, $0.count)
    }
    descriptor = Descriptor(taking: try checked(result, .waitFor, Array("signals".utf8)))
  }

  /// The descriptor's number, to wait on.
  public var raw: Int32 { descriptor.raw }

  /// The next signal that came, nil when none did.
  public borrowing func next() throws(FileError) -> Int32? {
    let signal = try checked(clinux_next_signal(descriptor.raw), .waitFor, Array("signals".utf8))
    return signal == 0 ? nil : signal
  }
}

/// A way for one thread to wake another that waits in `waitUntilReadable` ("man 2 eventfd").
public struct Wakeup: ~Copyable, Sendable {
  private let descriptor: Descriptor

  /// Makes one that nobody has woken yet.
  public init() throws(FileError) {
    descriptor = Descriptor(taking: try checked(clinux_event_counter(), .waitFor, []))
  }

  /// The descriptor's number, to wait on.
  public var raw: Int32 { descriptor.raw }

  /// Wakes the waiting thread, now or when it next waits.
  public borrowing func wake() {
    var one: UInt64 = 1
    // Safe: eight bytes are passed with their length. A full counter wakes just as well.
    _ = unsafe withUnsafeBytes(of: &one) { unsafe clinux_write(descriptor.raw, $0.baseAddress, 8) }
  }

  /// Makes it quiet again; true when it had been woken.
  @discardableResult
  public borrowing func clear() -> Bool {
    var count: UInt64 = 0
    // Safe: eight bytes are passed with their length.
    return unsafe withUnsafeMutableBytes(of: &count) {
      unsafe clinux_read(descriptor.raw, $0.baseAddress, 8) > 0
    }
  }
}
