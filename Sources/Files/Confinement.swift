internal import CLinux

/// What this process has given up for good: all files but some folders, networks, running programs.
///
/// A process that reads what strangers drop needs nothing else, and nor does somebody who has taken it over.
public struct Confinement: Sendable, Equatable {
  /// The version of Landlock that keeps it to its folders; nil where the kernel has none that serves.
  public var landlock: Int?
  /// Whether it has no calls any more to run programs, reach networks or change the machine.
  public var filtersCalls: Bool

  /// What is in force, in words.
  public var description: String {
    let files =
      landlock.map { "kept to its folders by Landlock \($0)" } ?? "not kept to its folders"
    let calls = filtersCalls ? "no programs or networks, by seccomp" : "calls are not filtered"
    return "\(files); \(calls)"
  }

  /// Whether all of it is in force.
  public var isComplete: Bool { landlock != nil && filtersCalls }

  /// Gives up all but these folders and files, for the calling thread and those it makes from now on.
  ///
  /// Call it before any other thread is started. Links in the paths are followed; what is not there is
  /// left out. The corresponding calls are `landlock_restrict_self` and `seccomp`.
  ///
  /// - Parameters:
  ///   - writable: Folders that are its own.
  ///   - readable: Folders and files that it reads.
  /// - Returns: What is in force now.
  public static func enter(writable: [[UInt8]], readable: [[UInt8]]) -> Confinement {
    let own = writable.compactMap(open)
    let read = readable.compactMap(open)
    defer { for descriptor in own + read { clinux_close(descriptor) } }
    let version = unsafe own.withUnsafeBufferPointer { own in
      unsafe read.withUnsafeBufferPointer { read in
        // Safe: both lists are passed with their lengths, for this call only.
        unsafe clinux_landlock(own.baseAddress, own.count, read.baseAddress, read.count)
      }
    }
    return Confinement(
      landlock: version < 0 ? nil : Int(version),
      filtersCalls: clinux_seccomp() == 0
    )
  }

  /// The version of Landlock that this kernel has; nil where it has none.
  public static var availableLandlock: Int? {
    let version = clinux_landlock_version()
    return version < 0 ? nil : Int(version)
  }

  /// Whether a socket of the internet can be had; for tests of what is in force.
  package static var canReachNetworks: Bool { clinux_try_socket() == 0 }

  private static func open(_ path: [UInt8]) -> Int32? {
    let flags = Int32(CLINUX_PATH | CLINUX_FOLLOW)
    let result = unsafe path.withUnsafeBufferPointer {
      // Safe: the name is passed with its length.
      unsafe clinux_openat(clinux_here, $0.baseAddress, $0.count, flags, 0)
    }
    return result < 0 ? nil : result
  }
}
