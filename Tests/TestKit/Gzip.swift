/// Compressed fixtures, made by the system's own gzip.
public enum Gzip: Sendable {
  /// The bytes as one gzip member, the same for the same bytes.
  public static func member(_ bytes: some Sequence<UInt8>) throws -> [UInt8] {
    try Command.run("gzip", ["-6", "-n", "-c"], input: Array(bytes)).output
  }
}
