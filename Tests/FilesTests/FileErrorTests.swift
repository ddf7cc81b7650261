import Files
import Testing

struct FileErrorTests {
  @Test func `a failed sync ends the process with 74`() {
    let error = FileError.unsynced(name: Array("outbox".utf8), errno: Errno.noSpace)
    #expect(error.isFatal)
    #expect(error.exitCode == 74)
  }

  @Test func `a message says where, what and what to do`() {
    let error = FileError.failed(.open, name: Array("in/a".utf8), errno: Errno.noAccess)
    #expect(
      error.description.hasPrefix("in/a: cannot open: Permission denied (EACCES). Give user ")
    )
    #expect(error.exitCode == 77)
  }

  @Test func `a name is shown without power over the terminal`() {
    let name: [UInt8] = [0x61, 0x1B, 0x5B, 0x0A, 0xFF]
    #expect(shown(name) == "a\\u{1b}[\\u{a}\u{FFFD}")
    #expect(shown(Array("a\u{202E}b".utf8)) == "a\\u{202e}b")
  }

  @Test func `running out of space is known however it shows`() {
    for errno in [Errno.noSpace, Errno.overQuota] {
      #expect(FileError.failed(.write, name: [], errno: errno).isOutOfSpace)
    }
    #expect(!FileError.failed(.write, name: [], errno: Errno.noAccess).isOutOfSpace)
  }
}
