import CKernels
import Records

/// The states that a session took and that are in memory: the latest record of each key, and those
/// before it until they can't come back.
// Sendable because the value is unique: it moves, it is never shared.
@safe
struct StateTable: ~Copyable, @unchecked Sendable {
  private var table: dm_states

  /// An empty table that never takes more than so many bytes.
  init(budget: Int) throws(IdentityError) {
    unsafe table = unsafe dm_states()
    // Safe: the table frees what it has when it can't have all.
    guard unsafe dm_states_make(&table, max(0, budget)) else {
      unsafe dm_states_free(&table)
      throw .outOfMemory
    }
  }

  deinit {
    var table = unsafe table
    // Safe: nobody else has it.
    unsafe dm_states_free(&table)
  }

  /// How many states there are, outdated ones included.
  var count: Int { unsafe table.count }

  /// The bytes it takes now.
  var bytes: Int { unsafe table.count * 36 + 8 << Int(table.bits) }

  /// Takes the records that differ from the latest of their keys, and sets `known` for the others.
  ///
  /// Gives how many rows it went through, fewer than all when the budget is spent.
  mutating func admit(
    keys: UnsafeBufferPointer<Fingerprint>,
    records: UnsafeBufferPointer<Fingerprint>,
    found: UnsafeMutableBufferPointer<UInt8>,
    latest: UnsafeMutableBufferPointer<Fingerprint>,
    known: UnsafeMutableBufferPointer<UInt8>,
    takingAll: Bool
  ) throws(IdentityError) -> Int {
    // Safe: all of them have a place for each row; the caller says so.
    let done = unsafe keys.withMemoryRebound(to: dm_fingerprint.self) { keys in
      unsafe records.withMemoryRebound(to: dm_fingerprint.self) { records in
        unsafe latest.withMemoryRebound(to: dm_fingerprint.self) { latest in
          unsafe dm_states_admit(
            &table,
            keys.baseAddress,
            records.baseAddress,
            keys.count,
            found.baseAddress,
            latest.baseAddress,
            known.baseAddress,
            takingAll
          )
        }
      }
    }
    guard done >= 0 else { throw .outOfMemory }
    return done
  }

  /// Forgets all but the first so many states.
  mutating func truncate(to count: Int) {
    // Safe: never more than there are.
    unsafe dm_states_truncate(&table, count)
  }

  /// The latest states of a part of the log, by their keys: key and record in turn.
  ///
  /// After it the table can only be emptied or freed. Unsafe: what it gives must not outlive the table.
  mutating func latest(of range: Range<Int>) -> UnsafeBufferPointer<Fingerprint> {
    // Safe: the range lies in the log, and a state is two fingerprints without padding.
    let count = unsafe dm_states_latest(&table, range.lowerBound, range.upperBound)
    let start = unsafe UnsafeRawPointer(table.log + range.lowerBound)
    return unsafe UnsafeBufferPointer(
      start: start.assumingMemoryBound(to: Fingerprint.self),
      count: 2 * count
    )
  }
}
