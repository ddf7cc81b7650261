internal import CLinux

/// What the kernel knows of a file without reading it ("man 2 fstat").
public struct FileFacts: Sendable, Equatable {
  /// What sort of thing stands under a name.
  public enum Kind: Sendable, Equatable {
    case regular
    case directory
    case symbolicLink
    case other
  }

  /// Device and inode: the file itself, whatever it is called.
  public struct Identity: Sendable, Hashable {
    /// The device number.
    public var device: UInt64
    /// The inode number.
    public var inode: UInt64

    /// The file with those numbers.
    public init(device: UInt64, inode: UInt64) {
      self.device = device
      self.inode = inode
    }
  }

  /// The file itself, whatever it is called.
  public var identity: Identity
  /// What sort of thing it is.
  public var kind: Kind
  /// Its length in bytes.
  public var size: Int64
  /// How many names it has.
  public var links: UInt32
  /// The user who owns it.
  public var user: UInt32
  /// The permission bits.
  public var mode: UInt32
  /// When its bytes last changed.
  public var modified: Timestamp
  /// When its bytes or its facts last changed; nobody can set it back.
  public var changed: Timestamp

  /// What a test or an older look says of a file.
  public init(
    identity: Identity,
    kind: Kind,
    size: Int64,
    links: UInt32,
    user: UInt32,
    mode: UInt32,
    modified: Timestamp,
    changed: Timestamp
  ) {
    self.identity = identity
    self.kind = kind
    self.size = size
    self.links = links
    self.user = user
    self.mode = mode
    self.modified = modified
    self.changed = changed
  }

  /// True when neither the bytes nor the facts changed between two looks, links aside.
  public func isUntouched(since earlier: FileFacts) -> Bool {
    identity == earlier.identity && size == earlier.size && modified == earlier.modified
  }
}

extension FileFacts {
  init(_ facts: clinux_facts) {
    identity = Identity(device: facts.device, inode: facts.inode)
    kind =
      switch facts.mode & 0o170000 {
      case 0o100000: .regular
      case 0o040000: .directory
      case 0o120000: .symbolicLink
      default: .other
      }
    size = facts.size
    links = facts.links
    user = facts.user
    mode = facts.mode & 0o7777
    modified = Timestamp(seconds: facts.modified_seconds, nanoseconds: facts.modified_nanoseconds)
    changed = Timestamp(seconds: facts.changed_seconds, nanoseconds: facts.changed_nanoseconds)
  }
}

/// The user that this process acts as ("man 2 geteuid").
public var currentUser: UInt32 { clinux_user() }

/// What the kernel knows of the file system behind a directory ("man 2 statfs").
public struct VolumeFacts: Sendable, Equatable {
  /// The number that names the kind of file system.
  public var magic: Int64
  /// The bytes that an ordinary user can still write.
  public var availableBytes: UInt64
  /// The files that can still be made; nil when the file system has no such limit.
  public var freeFiles: UInt64?

  /// True for file systems that tell nobody of changes made elsewhere: they must be polled.
  public var isRemote: Bool {
    switch magic {
    case 0x6969: true  // NFS
    case 0xFF53_4D42, 0xFE53_4D42, 0x517B: true  // CIFS, SMB2, SMB
    case 0x6573_5546: true  // FUSE
    case 0x0102_1997: true  // 9p
    default: false
    }
  }
}

extension VolumeFacts {
  init(_ volume: clinux_volume) {
    magic = volume.magic
    availableBytes = volume.available_blocks &* volume.block_size
    freeFiles = volume.total_inodes == 0 ? nil : volume.free_inodes
  }
}
