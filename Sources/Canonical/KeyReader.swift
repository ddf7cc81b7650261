import Bytes
import CKernels
import Records

/// Reads the keys of canonical lines: for each the line that says its key was deleted, and a
/// fingerprint of that.
public final class KeyReader {
  /// The keys read last: `{"$deleted":true,` and the key's members, in the order of the lines.
  public let keys = CanonicalBlock()

  private let names: [UInt8]
  private let nameEnds: [UInt32]
  private let before: Int
  private let key: FingerprintKey

  /// Bytes before and behind the value in each line of ``keys``, for a key of one column.
  public var valueMargins: (before: Int, behind: Int) {
    precondition(nameEnds.count == 1, "a key of several columns has several values")
    // A brace, the name, a colon; a brace, a line feed; on one side the member that says it, and a comma.
    let deleted = "\"\(Self.deletedMember)\":true,".utf8.count
    return before == 1 ? (names.count + 2, deleted + 2) : (deleted + names.count + 2, 2)
  }

  /// The member that says that a record was deleted.
  public static let deletedMember = "$deleted"

  /// A reader of keys of those columns.
  ///
  /// - Parameters:
  ///   - columns: Canonical names, at least one, each once; none may be ``deletedMember``.
  ///   - key: The secret of the fingerprints.
  public init(columns: [String], key: FingerprintKey) {
    let sorted = columns.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
    let text = ByteBuffer(capacity: 256)
    var ends: [UInt32] = []
    for column in sorted {
      let name = ByteBuffer(capacity: column.utf8.count)
      name.append(contentsOf: Array(column.utf8))
      // Safe: both buffers live to the end of the loop, and the text is copied.
      unsafe JSONText.appendString(name.base, name.count, to: text)
      ends.append(UInt32(text.count))
    }
    names = unsafe Array(text.bytes)
    nameEnds = ends
    before = sorted.count { $0.utf16.lexicographicallyPrecedes(Self.deletedMember.utf16) }
    self.key = key
  }

  /// Reads the keys of a block's lines into ``keys``.
  ///
  /// - Returns: The first record that lacks a column of the key; nil where all have it.
  public func read(_ block: CanonicalBlock) -> Int? {
    var done = 0
    unsafe withRoom(for: block) { wanted, ends, keyEnds in
      // Safe: as `withRoom` says.
      unsafe done = dm_key_lines(
        &wanted,
        block.lines.base,
        ends,
        block.count,
        keys.lines.base,
        keyEnds
      )
    }
    guard done == block.count else { return done }
    finish()
    return nil
  }

  /// Reads the keys of those lines that have one into ``keys``; the others' are empty.
  public func readThere(_ block: CanonicalBlock) {
    unsafe withRoom(for: block) { wanted, ends, keyEnds in
      // Safe: as `withRoom` says.
      unsafe dm_keys_there(
        &wanted,
        block.lines.base,
        ends,
        block.count,
        keys.lines.base,
        keyEnds
      )
    }
    finish()
  }

  /// Runs a kernel with what it asks for.
  private func withRoom(
    for block: CanonicalBlock,
    _ kernel: (inout dm_key_names, UnsafePointer<UInt32>?, UnsafeMutablePointer<UInt32>?) -> Void
  ) {
    keys.lines.count = 0
    keys.lines.reserve(block.lines.count + 20 * block.count)
    keys.ends = [UInt32](repeating: 0, count: block.count)
    // Safe: lines are canonical and end where `ends` say; the room for the keys is what the kernel
    // asks for.
    unsafe names.withUnsafeBufferPointer { names in
      unsafe nameEnds.withUnsafeBufferPointer { nameEnds in
        var wanted = unsafe dm_key_names(
          names: names.baseAddress,
          ends: nameEnds.baseAddress,
          count: UInt32(nameEnds.count),
          before: UInt32(before)
        )
        unsafe block.ends.withUnsafeBufferPointer { ends in
          unsafe keys.ends.withUnsafeMutableBufferPointer { keyEnds in
            unsafe kernel(&wanted, ends.baseAddress, keyEnds.baseAddress)
          }
        }
      }
    }
  }

  private func finish() {
    keys.lines.count = Int(keys.ends.last ?? 0)
    key.fingerprint(keys)
  }
}

@available(*, unavailable)
extension KeyReader: Sendable {}
