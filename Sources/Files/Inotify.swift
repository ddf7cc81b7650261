internal import CLinux

/// What the kernel tells of changes in directories ("man 7 inotify").
public struct Inotify: ~Copyable, Sendable {
  /// A watched directory, as the kernel numbers it.
  public struct Watch: Sendable, Hashable {
    var number: Int32
  }

  /// One change.
  public struct Event: Sendable, Equatable {
    /// The directory it happened in; nil when events were lost.
    public var watch: Watch?
    /// What happened.
    public var change: Change
    /// True when it happened to a directory.
    public var isDirectory: Bool
    /// The name it happened to, empty for the watched directory itself.
    public var name: [UInt8]
  }

  /// What can happen.
  public enum Change: Sendable, Equatable {
    /// A name appeared: a file was made, or a link to one.
    case created
    /// A writer closed the file.
    case closed
    /// A file was renamed to this name.
    case arrived
    /// A file was renamed away from this name, or removed.
    case left
    /// Bytes or facts changed.
    case touched
    /// The watched directory itself was moved, removed or unmounted.
    case lost
    /// Events were lost: look for yourself.
    case overflow
  }

  private let descriptor: Descriptor

  /// A listener without watches.
  public init() throws(FileError) {
    descriptor = Descriptor(taking: try checked(clinux_inotify(), .watch, Array("inotify".utf8)))
  }

  /// The descriptor's number, to wait on.
  public var raw: Int32 { descriptor.raw }

  /// Starts to tell of changes in a directory; the same directory twice gives the same watch.
  public borrowing func watch(_ directory: borrowing Directory) throws(FileError) -> Watch {
    let mask =
      modified | attributes | closed | movedFrom | movedTo | created | deleted | ownDelete | ownMove
    return Watch(
      number: try checked(clinux_watch(raw, directory.raw, mask), .watch, directory.name)
    )
  }

  /// Stops to tell of a directory.
  public borrowing func forget(_ watch: Watch) {
    // The kernel may have dropped it already, with the directory.
    _ = clinux_unwatch(raw, watch.number)
  }

  /// The changes that are waiting, oldest first; empty when there are none.
  public borrowing func events() throws(FileError) -> [Event] {
    var block = [UInt64](repeating: 0, count: 8_192)
    let filled = unsafe block.withUnsafeMutableBytes {
      // Safe: the kernel writes at most the count it is given; eight-byte words align its events.
      unsafe clinux_read(raw, $0.baseAddress, $0.count)
    }
    if filled == -Int(Errno.tryAgain) { return [] }
    try checked(filled, .watch, Array("inotify".utf8))
    var events: [Event] = []
    var offset = 0
    while offset < filled {
      let (event, next) = eventAt(offset, of: block)
      offset = next
      if let event { events.append(event) }
    }
    return events
  }
}

// "man 7 inotify"; the header's own are macros of mixed types.
private let modified: UInt32 = 0x2
private let attributes: UInt32 = 0x4
private let closed: UInt32 = 0x8
private let movedFrom: UInt32 = 0x40
private let movedTo: UInt32 = 0x80
private let created: UInt32 = 0x100
private let deleted: UInt32 = 0x200
private let ownDelete: UInt32 = 0x400
private let ownMove: UInt32 = 0x800
private let unmounted: UInt32 = 0x2000
private let overflowed: UInt32 = 0x4000
private let ignored: UInt32 = 0x8000
private let aboutDirectory: UInt32 = 0x4000_0000

private func eventAt(_ offset: Int, of block: [UInt64]) -> (Inotify.Event?, next: Int) {
  unsafe block.withUnsafeBytes { bytes in
    var watch: Int32 = 0
    var mask: UInt32 = 0
    var start: UnsafePointer<UInt8>?
    var length = 0
    // Safe: the offset is that of an event the kernel wrote, and the name ends inside that event.
    let next = unsafe clinux_event(bytes.baseAddress, offset, &watch, &mask, &start, &length)
    guard let change = change(of: mask) else { return (nil, next) }
    let name = unsafe length == 0 ? [] : Array(UnsafeBufferPointer(start: start, count: length))
    let event = Inotify.Event(
      watch: watch < 0 ? nil : Inotify.Watch(number: watch),
      change: change,
      isDirectory: mask & aboutDirectory != 0,
      name: name
    )
    return (event, next)
  }
}

private func change(of mask: UInt32) -> Inotify.Change? {
  if mask & overflowed != 0 { return .overflow }
  if mask & (ownDelete | ownMove | unmounted | ignored) != 0 { return .lost }
  if mask & created != 0 { return .created }
  if mask & closed != 0 { return .closed }
  if mask & movedTo != 0 { return .arrived }
  if mask & (movedFrom | deleted) != 0 { return .left }
  if mask & (modified | attributes) != 0 { return .touched }
  return nil
}
