internal import CLinux

/// An open descriptor that closes itself when its owner lets go of it.
@safe
public struct Descriptor: ~Copyable, Sendable {
  /// The number the kernel knows it by; borrowed, never to be closed.
  public let raw: Int32

  /// Takes over an open descriptor.
  public init(taking raw: Int32) {
    self.raw = raw
  }

  deinit {
    // An error of close says nothing that an fsync before it would not have said.
    _ = clinux_close(raw)
  }

  /// A second descriptor of the same open file.
  ///
  /// - Throws: `FileError.failed` when too many files are open.
  public borrowing func duplicate() throws(FileError) -> Descriptor {
    Descriptor(taking: try checked(withSpareDescriptors { clinux_duplicate(raw) }, .open, []))
  }
}

/// Makes a call that opens something, once more when there were no descriptors and some could be closed.
func withSpareDescriptors(_ call: () -> Int32) -> Int32 {
  let result = call()
  guard result == -Errno.tooManyOpen || result == -Errno.tableFull else { return result }
  return OpenDirectories.closeAll() ? call() : result
}

/// The result of a call that gives -errno when it fails.
@discardableResult
func checked<Result: BinaryInteger>(
  _ result: Result,
  _ call: FileCall,
  _ name: [UInt8]
) throws(FileError) -> Result {
  guard result < 0 else { return result }
  throw .failed(call, name: name, errno: -Int32(result))
}
