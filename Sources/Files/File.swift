internal import CLinux

/// An open file that closes itself.
public struct File: ~Copyable, Sendable {
  /// What it was opened as, for messages only.
  public let name: [UInt8]
  private let descriptor: Descriptor

  init(name: [UInt8], descriptor: consuming Descriptor) {
    self.name = name
    self.descriptor = descriptor
  }

  /// The descriptor's number; borrowed, never to be closed.
  public var raw: Int32 { descriptor.raw }

  /// Lends the descriptor's number; the file stays open at least until the call ends.
  public borrowing func withRaw<Result, Failure: Error>(
    _ body: (Int32) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(descriptor.raw)
  }

  /// A second descriptor of the same open file.
  public borrowing func duplicate() throws(FileError) -> File {
    File(name: name, descriptor: try descriptor.duplicate())
  }

  /// What the kernel knows of it.
  public borrowing func facts() throws(FileError) -> FileFacts {
    try factsOf(descriptor.raw, name)
  }

  // MARK: Reading

  /// Reads bytes at an offset until the buffer is full or the file ends; gives the count.
  public borrowing func read(
    into buffer: UnsafeMutableRawBufferPointer,
    at offset: Int64
  ) throws(FileError) -> Int {
    var done = 0
    while done < buffer.count {
      // Safe: the rest of the buffer is passed with its length.
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      let got = unsafe clinux_pread(
        descriptor.raw,
        rest.baseAddress,
        rest.count,
        offset + Int64(done)
      )
      try checked(got, .read, name)
      if got == 0 { break }
      done += got
    }
    return done
  }

  /// Reads exactly this many bytes at an offset.
  ///
  /// - Throws: `FileError.truncated` when the file ends before.
  public borrowing func bytes(at offset: Int64, count: Int) throws(FileError) -> [UInt8] {
    let bytes = try someBytes(at: offset, upTo: count)
    guard bytes.count == count else {
      throw .truncated(name: name, offset: offset, wanted: count)
    }
    return bytes
  }

  /// The bytes at an offset, fewer than asked for where the file ends.
  public borrowing func someBytes(at offset: Int64, upTo count: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let result: Result<Int, FileError> = unsafe bytes.withUnsafeMutableBytes { buffer in
      do throws(FileError) {
        return .success(unsafe try read(into: buffer, at: offset))
      } catch {
        return .failure(error)
      }
    }
    bytes.removeLast(count - (try result.get()))
    return bytes
  }

  /// The whole file; meant for small ones.
  public borrowing func bytes() throws(FileError) -> [UInt8] {
    try bytes(at: 0, count: Int(facts().size))
  }

  // MARK: Writing

  /// Writes all of the bytes where the file's position stands.
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var done = 0
    while done < bytes.count {
      // Safe: the rest of the buffer is passed with its length.
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let wrote = unsafe clinux_write(descriptor.raw, rest.baseAddress, rest.count)
      try checked(wrote, .write, name)
      done += wrote
    }
  }

  /// Writes all of the bytes where the file's position stands.
  public borrowing func write(_ bytes: RawSpan) throws(FileError) {
    let result: Result<Void, FileError> = unsafe bytes.withUnsafeBytes { buffer in
      do throws(FileError) {
        unsafe try write(buffer)
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Writes all of the bytes where the file's position stands.
  public borrowing func write(_ bytes: [UInt8]) throws(FileError) {
    // Safe: a span of the array, for this call only.
    unsafe try write(bytes.span.bytes)
  }

  /// Whether ranges of so many bytes in all are written sooner from where they lie than as a copy: those
  /// of 2 KiB and more are.
  public static func gathers(_ ranges: [Range<Int>], of count: Int) -> Bool {
    count >= ranges.count << 11
  }

  /// Writes the ranges of the bytes, one behind the other, where the file's position stands.
  public borrowing func write(_ ranges: [Range<Int>], of bytes: RawSpan) throws(FileError) {
    var rest = UnwrittenParts(ranges)
    let result: Result<Void, FileError> = unsafe bytes.withUnsafeBytes { buffer in
      do throws(FileError) {
        while !rest.isEmpty {
          let wrote = unsafe rest.withParts { parts in
            // Safe: the ranges lie in the bytes; the kernel reads no more of them.
            unsafe clinux_write_parts(
              descriptor.raw,
              buffer.baseAddress,
              parts.baseAddress,
              parts.count
            )
          }
          rest.skip(Int(try checked(wrote, .write, name)))
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Writes all of the bytes at an offset; the file's position stays where it is.
  public borrowing func write(_ bytes: [UInt8], at offset: Int64) throws(FileError) {
    let result: Result<Void, FileError> = unsafe bytes.withUnsafeBytes { buffer in
      do throws(FileError) {
        // Safe: the array's bytes, for this call only.
        unsafe try write(buffer, at: offset)
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Writes all of the bytes at an offset; the file's position stays where it is.
  public borrowing func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(FileError) {
    var done = 0
    while done < bytes.count {
      // Safe: the rest of the buffer is passed with its length.
      let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[done...])
      let wrote = unsafe clinux_pwrite(
        descriptor.raw,
        rest.baseAddress,
        rest.count,
        offset + Int64(done)
      )
      try checked(wrote, .write, name)
      done += wrote
    }
  }

  /// Cuts the file to a length; what comes next is written after it.
  public borrowing func resize(to size: Int64) throws(FileError) {
    try checked(clinux_truncate(descriptor.raw, size), .resize, name)
    try checked(clinux_seek(descriptor.raw, size), .resize, name)
  }

  /// Tells the kernel to start writing a range to disk, so that the sync at the end is short.
  public borrowing func startWriteback(at offset: Int64, count: Int64) {
    // An error shows in the sync; file systems without the call lose nothing but time.
    _ = clinux_start_writeback(descriptor.raw, offset, count)
  }

  /// Waits until a range is on disk and lets go of its pages; says nothing of durability.
  public borrowing func dropCache(at offset: Int64, count: Int64) {
    _ = clinux_finish_writeback(descriptor.raw, offset, count)
    _ = clinux_drop_cache(descriptor.raw, offset, count)
  }

  /// Makes the bytes and the facts last ("man 2 fsync").
  ///
  /// - Throws: `FileError.unsynced`: end the process.
  public borrowing func sync() throws(FileError) {
    let result = clinux_fsync(descriptor.raw)
    guard result < 0 else { return }
    throw .unsynced(name: name, errno: -result)
  }

  /// Makes the bytes and the length last, not the times ("man 2 fdatasync").
  ///
  /// - Throws: `FileError.unsynced`: end the process.
  public borrowing func syncData() throws(FileError) {
    let result = clinux_fdatasync(descriptor.raw)
    guard result < 0 else { return }
    throw .unsynced(name: name, errno: -result)
  }

  /// Sets the permission bits.
  public borrowing func setMode(_ mode: UInt32) throws(FileError) {
    try checked(clinux_set_mode(descriptor.raw, mode), .changeMode, name)
  }

  /// Gives an unnamed file its name; refuses with EEXIST when the name is taken.
  public borrowing func link(into directory: borrowing Directory, as child: [UInt8])
    throws(FileError)
  {
    let into = directory.raw
    let result = unsafe child.withUnsafeBufferPointer {
      // Safe: the name is passed with its length.
      unsafe clinux_link_descriptor(descriptor.raw, into, $0.baseAddress, $0.count)
    }
    try checked(result, .link, directory.path(of: child))
  }

  // MARK: Asking

  /// Whether somebody has the file open for writing.
  public enum Writers: Sendable, Equatable {
    case none
    case some
    /// The kernel will not say: not our file, or a file system without leases.
    case unknown
  }

  /// Asks for a read lease and gives it back at once: it is refused while a writer is there.
  public borrowing func writers() -> Writers {
    switch clinux_no_writer(descriptor.raw) {
    case 1: .none
    case 0: .some
    default: .unknown
    }
  }

  /// Takes the lock that goes with this open file; false when another process has it ("man 2 flock").
  public borrowing func lock() throws(FileError) -> Bool {
    try checked(clinux_lock(descriptor.raw), .lock, name) == 1
  }
}
