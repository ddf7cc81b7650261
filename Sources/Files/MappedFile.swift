internal import CLinux

// Sendable because the memory is never written and lives as long as this value.
/// A whole file as memory, for reading; gone when its owner lets go of it.
///
/// The file must never be shortened while it is mapped: reading past its end kills the process. It is
/// for files of our own that never change once they are written.
@safe
public struct MappedFile: ~Copyable, @unchecked Sendable {
  private let memory: UnsafeRawBufferPointer

  /// Maps a file as it stands now.
  public init(_ file: borrowing File) throws(FileError) {
    let size = Int(try file.facts().size)
    guard size > 0 else {
      unsafe memory = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    var errno: Int32 = 0
    // Safe: the length is the file's own, and the address is given back in deinit only.
    guard let address = unsafe clinux_map(file.raw, size, &errno) else {
      throw .failed(.map, name: file.name, errno: errno)
    }
    unsafe memory = UnsafeRawBufferPointer(start: address, count: size)
  }

  deinit {
    guard let address = unsafe memory.baseAddress else { return }
    unsafe clinux_unmap(address, memory.count)
  }

  /// The length in bytes.
  public var count: Int { unsafe memory.count }

  /// The bytes, for as long as this value lives.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      // Safe: the memory lives until deinit, which the borrow holds back.
      let span = unsafe RawSpan(_unsafeBytes: memory)
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// The bytes as a buffer; unsafe: it must not outlive this value.
  @unsafe public var buffer: UnsafeRawBufferPointer { unsafe memory }

  /// How the bytes will be read.
  public enum Access: Sendable {
    case inNoOrder
    case fromStartToEnd
  }

  /// Tells the kernel how the bytes will be read, so that it reads ahead or does not.
  public func expect(_ access: Access) {
    guard let address = unsafe memory.baseAddress else { return }
    unsafe clinux_advise(address, memory.count, access == .fromStartToEnd ? 1 : 0)
  }
}
