import CKernels
import Records

/// The new fingerprints of a session that are in memory: in the order they came, each one once.
// Sendable because the value is unique: it moves, it is never shared.
@safe
struct FingerprintTable: ~Copyable, @unchecked Sendable {
  private var table: dm_table
  /// The log is not in the order any more that the table was made in: it can only be emptied.
  private var isSorted = false

  /// An empty table that never takes more than so many bytes.
  init(budget: Int) throws(IdentityError) {
    unsafe table = unsafe dm_table()
    // Safe: the table frees what it has when it can't have all.
    guard unsafe dm_table_make(&table, max(0, budget)) else {
      unsafe dm_table_free(&table)
      throw .outOfMemory
    }
  }

  deinit {
    var table = unsafe table
    // Safe: nobody else has it.
    unsafe dm_table_free(&table)
  }

  /// How many there are.
  var count: Int { unsafe table.count }

  /// The bytes it takes once so many rows were admitted.
  func bytes(admitting rows: Int) -> Int {
    var table = unsafe table
    return unsafe dm_table_bytes(&table, rows)
  }

  /// Takes the rows that aren't known, and sets `known` for those that came before.
  ///
  /// Gives how many rows it went through, fewer than all when the budget is spent.
  mutating func admit(
    _ rows: UnsafeBufferPointer<Fingerprint>,
    known: UnsafeMutablePointer<UInt8>,
    admitted: inout Int
  ) throws(IdentityError) -> Int {
    // Safe: there is a flag for each row; the caller says so.
    let done = unsafe rows.withMemoryRebound(to: dm_fingerprint.self) { rows in
      unsafe dm_table_admit(&table, rows.baseAddress, rows.count, known, &admitted)
    }
    guard done >= 0 else { throw .outOfMemory }
    return done
  }

  /// Sets `known` for the rows that are in the table.
  func find(
    _ rows: UnsafeBufferPointer<Fingerprint>,
    known: UnsafeMutableBufferPointer<UInt8>
  ) {
    var table = unsafe table
    // Safe: there is a flag for each row; the caller says so.
    unsafe rows.withMemoryRebound(to: dm_fingerprint.self) { rows in
      unsafe dm_table_find(&table, rows.baseAddress, rows.count, known.baseAddress)
    }
  }

  /// Forgets all but the first so many; all of them once it was sorted.
  mutating func truncate(to count: Int) {
    // Safe: never more than there are.
    unsafe dm_table_truncate(&table, isSorted ? 0 : count)
    isSorted = false
  }

  /// Sorts a part of the log and gives it in order, in pieces; after it the table can only be emptied
  /// or freed.
  mutating func sort(
    _ range: Range<Int>,
    _ take: (UnsafeBufferPointer<Fingerprint>) throws(IdentityError) -> Void
  ) throws(IdentityError) {
    isSorted = true
    // Safe: the range lies in the log, and nobody else has the table.
    let rows = unsafe UnsafeMutableBufferPointer(
      start: table.log + range.lowerBound,
      count: range.count
    )
    if range.count >= PartSort.least { return unsafe try PartSort(rows).forEach(take) }
    unsafe dm_sort(rows.baseAddress, rows.count)
    let sorted = unsafe UnsafeRawPointer(table.log + range.lowerBound)
    unsafe try take(
      UnsafeBufferPointer(
        start: sorted.assumingMemoryBound(to: Fingerprint.self),
        count: range.count
      )
    )
  }

  /// Sorts all of the log, after which the table can only be emptied or freed.
  ///
  /// Unsafe: what it gives must not outlive the table.
  mutating func sorted() throws(IdentityError) -> UnsafeBufferPointer<Fingerprint> {
    unsafe try sort(0..<count) { _ in }
    return unsafe UnsafeBufferPointer(
      start: UnsafeRawPointer(table.log).assumingMemoryBound(to: Fingerprint.self),
      count: count
    )
  }
}
