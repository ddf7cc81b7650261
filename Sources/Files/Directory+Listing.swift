internal import CLinux

/// One name in a directory, with what the listing itself tells of it.
public struct DirectoryEntry: Sendable, Equatable {
  /// The raw bytes of the name.
  public var name: [UInt8]
  /// The inode number.
  public var inode: UInt64
  /// What it is, nil when the file system does not say so in a listing.
  public var kind: FileFacts.Kind?
}

extension Directory {
  /// All names in it but `.` and `..`, in the order the file system gives them.
  public borrowing func entries() throws(FileError) -> [DirectoryEntry] {
    var entries: [DirectoryEntry] = []
    try forEachEntry { entries.append($0) }
    return entries
  }

  /// Hands over each name in it but `.` and `..`, a block of names at a time, however many there are.
  public borrowing func forEachEntry(
    _ body: (DirectoryEntry) throws(FileError) -> Void
  ) throws(FileError) {
    // A descriptor of its own: two listings at once must not share one position.
    let reader = try reopened()
    var block = [UInt64](repeating: 0, count: 4_096)
    while true {
      let filled = unsafe block.withUnsafeMutableBytes {
        // Safe: the kernel writes at most the count it is given; eight-byte words align its entries.
        unsafe clinux_entries(reader.raw, $0.baseAddress, $0.count)
      }
      try checked(filled, .list, name)
      if filled == 0 { return }
      var offset = 0
      while offset < filled {
        let (entry, next) = entryAt(offset, of: block)
        offset = next
        if let entry { try body(entry) }
      }
    }
  }

  private borrowing func reopened() throws(FileError) -> Descriptor {
    let dot: [UInt8] = [UInt8(ascii: ".")]
    let result = unsafe dot.withUnsafeBufferPointer {
      // Safe: the name is passed with its length.
      let (start, count) = ($0.baseAddress, $0.count)
      let directory = raw
      return withSpareDescriptors {
        unsafe clinux_openat(directory, start, count, Int32(CLINUX_DIRECTORY), 0)
      }
    }
    return Descriptor(taking: try checked(result, .list, name))
  }
}

private func entryAt(_ offset: Int, of block: [UInt64]) -> (DirectoryEntry?, next: Int) {
  unsafe block.withUnsafeBytes { bytes in
    var inode: UInt64 = 0
    var type: UInt8 = 0
    var start: UnsafePointer<UInt8>?
    var length = 0
    // Safe: the offset is that of an entry the kernel wrote, and the name ends inside that entry.
    let next = unsafe clinux_entry(bytes.baseAddress, offset, &inode, &type, &start, &length)
    let name = unsafe Array(UnsafeBufferPointer(start: start, count: length))
    let dot = UInt8(ascii: ".")
    if name == [dot] || name == [dot, dot] { return (nil, next) }
    let kind: FileFacts.Kind? =
      switch type {
      case 0: nil
      case 4: .directory
      case 8: .regular
      case 10: .symbolicLink
      default: .other
      }
    return (DirectoryEntry(name: name, inode: inode, kind: kind), next)
  }
}
