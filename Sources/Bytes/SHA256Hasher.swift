import CCrypto

/// SHA-256 of bytes that come in pieces, by OpenSSL's libcrypto.
@safe
public struct SHA256Hasher: ~Copyable, @unchecked Sendable {
  // Sendable because the value is unique: it moves, it is never shared.

  private let context: OpaquePointer

  /// A hash of nothing yet.
  public init() {
    // Safe: the context is freed once, in deinit; libcrypto returns nil only when memory is out.
    guard let context = unsafe EVP_MD_CTX_new() else { fatalError("libcrypto: out of memory") }
    unsafe self.context = context
    unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
  }

  deinit {
    unsafe EVP_MD_CTX_free(context)
  }

  /// Takes the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // Safe: libcrypto reads `count` bytes and keeps no pointer.
    unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// The 32 bytes of the hash of a text.
  public static func hash(of text: String) -> [UInt8] {
    var hasher = SHA256Hasher()
    // Safe: the bytes are read during the call only.
    unsafe Array(text.utf8).withUnsafeBytes { unsafe hasher.update($0) }
    return hasher.finish()
  }

  /// The 32 bytes of the hash; the hasher starts anew.
  public mutating func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    // Safe: SHA-256 writes 32 bytes.
    unsafe digest.withUnsafeMutableBufferPointer {
      _ = unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil)
    }
    unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
    return digest
  }
}
