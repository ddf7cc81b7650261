internal import CLinux

/// A socket in a folder on which processes of the same user are heard ("man 7 unix").
public struct LocalListener: ~Copyable, Sendable {
  private let descriptor: Descriptor

  /// Listens under `name`, in place of a socket that a process left behind which is gone.
  ///
  /// The caller makes sure that no other process listens there.
  public init(in folder: borrowing Directory, name: [UInt8]) throws(FileError) {
    try folder.remove(name)
    let result = unsafe name.withUnsafeBufferPointer {
      // Safe: the name is passed with its length.
      unsafe clinux_listen(folder.raw, $0.baseAddress, $0.count)
    }
    descriptor = Descriptor(taking: try checked(result, .listen, folder.path(of: name)))
  }

  /// The descriptor's number, to wait on.
  public var raw: Int32 { descriptor.raw }

  /// The next connection; nil when nobody asks.
  public borrowing func accept() throws(FileError) -> LocalConnection? {
    let result = clinux_accept(descriptor.raw)
    if result == -Errno.tryAgain { return nil }
    return LocalConnection(Descriptor(taking: try checked(result, .listen, [])))
  }
}

/// A connection between two processes on this machine.
public struct LocalConnection: ~Copyable, Sendable {
  private let descriptor: Descriptor

  init(_ descriptor: consuming Descriptor) {
    self.descriptor = descriptor
  }

  /// Connects to the socket of that name; nil when nobody listens there.
  public static func open(
    in folder: borrowing Directory,
    name: [UInt8]
  ) throws(FileError) -> LocalConnection? {
    let result = unsafe name.withUnsafeBufferPointer {
      // Safe: the name is passed with its length.
      unsafe clinux_connect(folder.raw, $0.baseAddress, $0.count)
    }
    if result == -Errno.notFound || result == -Errno.refused { return nil }
    return LocalConnection(
      Descriptor(taking: try checked(result, .connect, folder.path(of: name)))
    )
  }

  /// The bytes up to a line end, without it; nil where none comes in time or the line is too long.
  public borrowing func line(upTo limit: Int, within patience: Duration) throws(FileError)
    -> [UInt8]?
  {
    var line: [UInt8] = []
    while line.count < limit {
      guard try waitUntilReadable([descriptor.raw], timeout: patience)[0] else { return nil }
      let piece = try bytes(upTo: 512)
      if piece.isEmpty { return nil }
      line += piece
      if let end = line.firstIndex(of: 0x0A) { return Array(line[..<end]) }
    }
    return nil
  }

  /// All bytes until the other side is done.
  public borrowing func rest() throws(FileError) -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let piece = try bytes(upTo: 1 << 16)
      if piece.isEmpty { return all }
      all += piece
    }
  }

  /// Sends all of the bytes.
  public borrowing func send(_ bytes: [UInt8]) throws(FileError) {
    var sent = 0
    while sent < bytes.count {
      let result = unsafe bytes[sent...].withUnsafeBytes {
        // Safe: the bytes are passed with their length.
        unsafe clinux_send(descriptor.raw, $0.baseAddress, $0.count)
      }
      sent += try checked(result, .write, [])
    }
  }

  private borrowing func bytes(upTo count: Int) throws(FileError) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    let result = unsafe buffer.withUnsafeMutableBytes {
      // Safe: the buffer is passed with its length.
      unsafe clinux_read(descriptor.raw, $0.baseAddress, $0.count)
    }
    let got = try checked(result, .read, [])
    buffer.removeLast(count - got)
    return buffer
  }
}
