import TestKit
import Testing

@Suite struct `The command` {
  @Test func `explains itself`() throws {
    let help = try Command.run(Places.dropmill, ["--help"])
    #expect(help.status == 0)
    #expect(help.text.contains("USAGE: dropmill"))
  }

  @Test func `answers wrong usage with 64`() throws {
    #expect(try Command.run(Places.dropmill, ["--no-such-option"]).status == 64)
  }
}
