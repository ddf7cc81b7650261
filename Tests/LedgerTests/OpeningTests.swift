import Files
import Foundation
import Ledger
import TestKit
import Testing

@Suite struct `Opening the ledger` {
  @Test func `sets SQLite as durability asks`() throws {
    let state = try State()
    let ledger = try state.open()
    let answers = try [
      "journal_mode", "synchronous", "locking_mode", "foreign_keys", "secure_delete",
      "trusted_schema", "cell_size_check", "mmap_size",
    ].map { try ledger.answer(toPragma: $0) }
    #expect(answers == ["wal", "2", "exclusive", "1", "1", "0", "1", "0"])
  }

  @Test func `makes files that only their owner may read, and one key for ever`() throws {
    let state = try State()
    let key = try {
      let ledger = try state.open()
      for name in try FileManager.default.contentsOfDirectory(atPath: state.path) {
        let facts = try FileManager.default.attributesOfItem(atPath: "\(state.path)/\(name)")
        #expect(facts[.posixPermissions] as? Int == 0o600, "\(name)")
      }
      try ledger.close()
      return ledger.key
    }()
    #expect(key.bytes.count == 32)
    #expect(try state.open().key == key)
    #expect(try State().open().key.bytes != key.bytes)
    let names = Set(try FileManager.default.contentsOfDirectory(atPath: state.path))
    #expect(names.isSuperset(of: ["ledger.sqlite", "fingerprint.key"]))
    #expect(!names.contains("fingerprint.key.new"))
  }

  @Test func `keeps the secret out of descriptions`() throws {
    let draw = Randomness { [UInt8](repeating: $0 == 32 ? 0xab : 1, count: $0) }
    let key = try State().open(random: draw).key
    #expect(key.bytes == [UInt8](repeating: 0xab, count: 32))
    #expect("\(key)" == "key 1010101010101")
    #expect(!String(reflecting: key).contains("171"))
  }

  @Test func `refuses a second process`() throws {
    let state = try State()
    let first = try state.open()
    let error = #expect(throws: LedgerError.self) { try state.open() }
    #expect(error?.code == "ledger-in-use")
    #expect(error?.exitCode == 75)
    try first.close()
    _ = try state.open()
  }

  @Test func `never draws a new key for a ledger that lost its own`() throws {
    let state = try State()
    try state.open().close()
    try FileManager.default.removeItem(atPath: "\(state.path)/fingerprint.key")
    let error = #expect(throws: LedgerError.self) { try state.open() }
    #expect(error?.code == "key-missing")
  }

  @Test func `refuses a key of which one character is wrong, and the key of another ledger`() throws
  {
    let state = try State()
    try state.open().close()
    let path = "\(state.path)/fingerprint.key"
    let good = try Data(contentsOf: URL(fileURLWithPath: path))
    for index in good.indices {
      var bad = good
      bad[index] ^= 1
      try bad.write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: LedgerError.self) { try state.open() }
      #expect(error?.code == "key-damaged", "byte \(index)")
    }
    let other = try State()
    try other.open().close()
    try FileManager.default.removeItem(atPath: path)
    try FileManager.default.copyItem(atPath: "\(other.path)/fingerprint.key", toPath: path)
    let error = #expect(throws: LedgerError.self) { try state.open() }
    #expect(error?.code == "key-foreign")
    try good.write(to: URL(fileURLWithPath: path))
    _ = try state.open()
  }

  @Test func `refuses a key whose ledger is gone or empty`() throws {
    let state = try State()
    try state.open().close()
    try FileManager.default.removeItem(atPath: "\(state.path)/ledger.sqlite")
    #expect(throws: LedgerError.self) { try state.open() }
    try Data().write(to: URL(fileURLWithPath: "\(state.path)/ledger.sqlite"))
    let error = #expect(throws: LedgerError.self) { try state.open() }
    #expect(error?.code == "ledger-missing")
  }

  @Test(arguments: [0, 1, 4_096, 12_288, 20_000])
  func `refuses a ledger cut to so many bytes`(size: UInt64) throws {
    let state = try State()
    let ledger = try state.open()
    try commitFirst(ledger)
    try ledger.close()
    let file = try FileHandle(forUpdating: URL(fileURLWithPath: "\(state.path)/ledger.sqlite"))
    try file.truncate(atOffset: size)
    try file.close()
    let error = #expect(throws: LedgerError.self) { try state.open() }
    #expect(["ledger-damaged", "ledger-missing"].contains(error?.code))
  }

  @Test func `refuses a ledger with a page of noise, whichever page`() throws {
    let state = try State()
    let ledger = try state.open()
    try commitFirst(ledger)
    try ledger.close()
    let good = try Data(contentsOf: URL(fileURLWithPath: "\(state.path)/ledger.sqlite"))
    let noise = (0..<4_096).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
    for page in 0..<(good.count / 4_096) {
      try good.write(to: URL(fileURLWithPath: "\(state.path)/ledger.sqlite"))
      try state.overwrite("ledger.sqlite", at: UInt64(page * 4_096), with: noise)
      let error = #expect(throws: LedgerError.self, "page \(page)") { try state.open() }
      #expect(error?.code == "ledger-damaged", "page \(page): \(error?.message ?? "")")
    }
  }

  @Test func `refuses a ledger of a later version`() throws {
    let state = try State()
    let ledger = try state.open()
    try ledger.pretendNewer()
    try ledger.close()
    let error = #expect(throws: LedgerError.self) { try state.open() }
    #expect(error?.code == "ledger-newer")
  }

  @Test func `goes on where its own making was killed`() throws {
    // Killed after the key was written under its first name, before there was a ledger.
    let early = try State()
    try early.scratch.write("state/fingerprint.key.new", Array("half a key".utf8))
    _ = try early.open()
    // Killed after the ledger was made, before the key got its real name.
    let late = try State()
    let ledger = try late.open()
    try ledger.close()
    try FileManager.default.moveItem(
      atPath: "\(late.path)/fingerprint.key",
      toPath: "\(late.path)/fingerprint.key.new"
    )
    let again = try late.open()
    #expect(again.key == ledger.key)
    #expect(!FileManager.default.fileExists(atPath: "\(late.path)/fingerprint.key.new"))
  }
}
