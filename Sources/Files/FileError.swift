/// Why a system call on a file did not do what was asked.
public enum FileError: Error, Sendable, Equatable {
  /// The call failed; `errno` says why.
  case failed(FileCall, name: [UInt8], errno: Int32)
  /// What was written may not be on disk: nobody can know any more, and the process must end.
  case unsynced(name: [UInt8], errno: Int32)
  /// The file ended before the bytes that were asked for.
  case truncated(name: [UInt8], offset: Int64, wanted: Int)

  /// The error number of the call, where there was one.
  public var errno: Int32? {
    switch self {
    case .failed(_, _, let errno), .unsynced(_, let errno): errno
    case .truncated: nil
    }
  }

  /// True when the state of the disk is unknown: end the process, never try again.
  public var isFatal: Bool {
    guard case .unsynced = self else { return false }
    return true
  }

  /// True when space, quota or inodes ran out: wait and try again later.
  ///
  /// Never true of a sync, which leaves nobody knowing.
  public var isOutOfSpace: Bool {
    !isFatal && (errno == Errno.noSpace || errno == Errno.overQuota)
  }

  /// True when the process or the system has too many files open.
  public var isOutOfDescriptors: Bool {
    isErrno(Errno.tooManyOpen) || isErrno(Errno.tableFull)
  }

  /// True when the call failed with this error number.
  public func isErrno(_ wanted: Int32) -> Bool { errno == wanted }

  /// The exit code of the process that ends with this error ("sysexits.h").
  public var exitCode: Int32 {
    if isFatal { return 74 }
    switch errno {
    case Errno.notFound: return 66
    case Errno.notPermitted, Errno.noAccess: return 77
    case Errno.noSpace, Errno.overQuota, Errno.readOnly: return 73
    default: return 74
    }
  }
}

/// The system calls, in the words an error message uses.
public enum FileCall: String, Sendable, CaseIterable {
  case open
  case create
  case read
  case write
  case list
  case inspect
  case rename
  case makeDirectory = "make the directory"
  case remove
  case link
  case lock
  case lease = "ask for a lease on"
  case map
  case resize
  case changeMode = "change the mode of"
  case watch
  case waitFor = "wait for"
  case random = "draw random bytes from"
  case listen = "listen on"
  case connect = "connect to"
}

/// The error numbers of Linux that the code asks for by name.
public enum Errno: Sendable {
  /// EPERM.
  public static let notPermitted: Int32 = 1
  /// ENOENT.
  public static let notFound: Int32 = 2
  /// EIO.
  public static let inputOutput: Int32 = 5
  /// ENXIO.
  public static let noDevice: Int32 = 6
  /// EAGAIN.
  public static let tryAgain: Int32 = 11
  /// EACCES.
  public static let noAccess: Int32 = 13
  /// EEXIST.
  public static let exists: Int32 = 17
  /// EXDEV.
  public static let otherFileSystem: Int32 = 18
  /// ENOTDIR.
  public static let notDirectory: Int32 = 20
  /// EISDIR.
  public static let isDirectory: Int32 = 21
  /// EINVAL.
  public static let invalid: Int32 = 22
  /// ENFILE.
  public static let tableFull: Int32 = 23
  /// EMFILE.
  public static let tooManyOpen: Int32 = 24
  /// ENOSPC.
  public static let noSpace: Int32 = 28
  /// EROFS.
  public static let readOnly: Int32 = 30
  /// ENAMETOOLONG.
  public static let nameTooLong: Int32 = 36
  /// ENOTEMPTY.
  public static let notEmpty: Int32 = 39
  /// ELOOP.
  public static let symbolicLink: Int32 = 40
  /// ECONNREFUSED.
  public static let refused: Int32 = 111
  /// EDQUOT.
  public static let overQuota: Int32 = 122
}
