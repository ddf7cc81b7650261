import Foundation
import Glibc

/// Waits until a folder looks as it should, woken by the file system and not by a clock.
public enum FolderWatch: Sendable {
  /// Waits until `condition` holds; looks again after each change anywhere under the folder.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - guardSeconds: A stuck test ends after so many seconds without any change.
  ///   - condition: What is waited for.
  /// - Returns: Whether it came to hold.
  public static func wait(
    under path: String,
    guardSeconds: Int32 = 60,
    until condition: () -> Bool
  ) -> Bool {
    let events = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    defer { close(events) }
    while true {
      // Watches first, look second: what changes in between wakes the wait below.
      watchFolders(under: path, events)
      if condition() { return true }
      var request = pollfd(fd: events, events: Int16(POLLIN), revents: 0)
      // Safe: the pointer is to a local, for this call only.
      guard unsafe poll(&request, 1, guardSeconds * 1000) > 0 else { return condition() }
      drain(events)
    }
  }

  private static func watchFolders(under path: String, _ events: Int32) {
    let changes = UInt32(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
    // Safe: the name is copied by the kernel, for this call only.
    unsafe inotify_add_watch(events, path, changes)
    guard let walk = FileManager.default.enumerator(atPath: path) else { return }
    for case let relative as String in walk {
      // A name that is no folder is refused by IN_ONLYDIR.
      unsafe inotify_add_watch(events, "\(path)/\(relative)", changes | UInt32(IN_ONLYDIR))
    }
  }

  private static func drain(_ events: Int32) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    // Safe: the buffer's own pointer and length, for this call only.
    var isMore = true
    while isMore {
      isMore =
        unsafe buffer.withUnsafeMutableBytes { unsafe read(events, $0.baseAddress, $0.count) } > 0
    }
  }
}
