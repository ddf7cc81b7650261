import Records
import TestKit
import Testing

@testable import Identity

struct FingerprintTableTests {
  /// A table that holds so many fingerprints.
  private func table(of count: Int) throws -> FingerprintTable {
    var random = SeededGenerator(seed: 5)
    var table = try FingerprintTable(budget: 1 << 24)
    let rows = (0..<count).map { _ in Shape.uniform.draw(.max, &random) }
    let known = Block<UInt8>(count: count, of: 0)
    var admitted = 0
    let done = try unsafe rows.withUnsafeBufferPointer { rows in
      guard let start = unsafe known.buffer.baseAddress else { return 0 }
      return unsafe try table.admit(rows, known: start, admitted: &admitted)
    }
    #expect(done == count && admitted == count && table.count == count)
    return table
  }

  @Test(arguments: [100, 200_000])
  func `what could not be written once it was sorted is forgotten as a whole`(count: Int) throws {
    var table = try table(of: count)
    let error = #expect(throws: IdentityError.outOfMemory) {
      unsafe try table.sort(0..<count / 2) { _ throws(IdentityError) in throw .outOfMemory }
    }
    #expect(error == .outOfMemory)
    table.truncate(to: count / 4)
    #expect(table.count == 0)
  }

  @Test func `it takes what it says`() throws {
    let table = try table(of: 50_000)
    let now = table.bytes(admitting: 0)
    #expect(now >= 50_000 * 16 + 50_000 * 4)
    #expect(table.bytes(admitting: 1) - now == 16)
    // A group of slots may be over.
    #expect(table.bytes(admitting: 700_000) <= (1 << 24) + 64)
    #expect(table.bytes(admitting: .max / 2) <= (1 << 24) + 64)
  }
}
