internal import CLinux

/// Where random bytes come from; a parameter, so that tests choose them.
public struct Randomness: Sendable {
  private let draw: @Sendable (Int) throws(FileError) -> [UInt8]

  /// A source that draws as told.
  public init(drawing draw: @escaping @Sendable (Int) throws(FileError) -> [UInt8]) {
    self.draw = draw
  }

  /// The kernel's own source ("man 2 getrandom").
  public static let system = Randomness { (count: Int) throws(FileError) -> [UInt8] in
    var bytes = [UInt8](repeating: 0, count: count)
    let result = unsafe bytes.withUnsafeMutableBytes {
      // Safe: the buffer is passed with its length.
      unsafe clinux_random($0.baseAddress, $0.count)
    }
    try checked(result, .random, Array("the kernel".utf8))
    return bytes
  }

  /// This many bytes that nobody can guess.
  public func bytes(_ count: Int) throws(FileError) -> [UInt8] {
    try draw(count)
  }
}
