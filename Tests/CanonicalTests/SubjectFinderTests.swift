import Canonical
import Records
import Testing

@Suite struct `A finder of people` {
  private let key = FingerprintKey(bytes: [UInt8](repeating: 7, count: 32))

  private func finder(_ people: (column: String, value: String)...) throws -> SubjectFinder {
    let key = try #require(key)
    return SubjectFinder(
      people.flatMap { SubjectFinder.tokens(of: Array($0.value.utf8), in: $0.column, key: key) },
      key: key
    )
  }

  /// The lines that are taken out of those.
  private func gone(_ finder: SubjectFinder, _ lines: [String]) -> [Int] {
    finder.cut(Array(lines.map { $0 + "\n" }.joined().utf8)).gone
  }

  @Test func `finds a value as text and as a number, in its column alone`() throws {
    let lines = [
      #"{"id":42,"n":1}"#, #"{"id":"42"}"#, #"{"n":42}"#, #"{"id":420}"#, #"{"id":"42 "}"#,
      #"{"a":{"id":42}}"#, #"{"a":[42],"id":[42]}"#, "{}", #"{"id":4.2}"#,
    ]
    #expect(try gone(finder(("id", "42")), lines) == [0, 1])
    #expect(try gone(finder(("id", "4.20")), lines) == [8])
    #expect(try gone(finder(("n", "42"), ("id", "420")), lines) == [2, 3])
  }

  @Test func `finds what has to be escaped, and names that sort before and behind`() throws {
    let lines = [
      #"{"!a\"":"x\ny\u0001","z":true}"#, #"{"!a\"":"x","z":"true"}"#, #"{"z":"é🛒"}"#,
    ]
    #expect(try gone(finder(("!a\"", "x\ny\u{1}")), lines) == [0])
    #expect(try gone(finder(("z", "true")), lines) == [0, 1])
    #expect(try gone(finder(("z", "é🛒")), lines) == [2])
  }

  @Test func `leaves the other lines, fingerprints and source lines in their order`() throws {
    let finder = try finder(("id", "2"))
    let lines = (0..<5).map { #"{"id":\#($0)}"# + "\n" }
    let text = Array(lines.joined().utf8)
    let cut = finder.cut(text)
    #expect(String(decoding: cut.kept, as: UTF8.self) == (lines[..<2] + lines[3...]).joined())
    #expect(String(decoding: cut.goneLines, as: UTF8.self) == lines[2])
    #expect(cut.count == 5)
    let block = CanonicalBlock(lines: text)
    var isFound: [Bool] = []
    #expect(finder.find(in: block, isFound: &isFound) == 1)
    block.remove(where: isFound)
    #expect(block.count == 4)
    #expect(finder.find(in: block, isFound: &isFound) == 0)
    block.remove(where: [true, true, true, true])
    #expect(block.count == 0 && block.byteCount == 0)
  }

  @Test(arguments: [
    (["1", " jana@b.c ", "x"], true), (["7;jana@b.c;x"], true), ([#"{"mail": "jana@b.c"}"#], true),
    (["<m>jana@b.c</m>"], true), (["write to jana@b.c now"], true), (["jana@b.cc"], false),
    (["'jana@b.c"], true), (["xjana@b.c"], false), ([], false),
  ])
  func `finds a value in fields that are no record`(fields: [String], isNamed: Bool) throws {
    let finder = try finder(("email", "jana@b.c"))
    #expect(finder.isNamed(in: fields.map { Array($0.utf8) }) == isNamed)
  }

  @Test(arguments: [
    (["7", "jana@b.c", " at work", "x"], ["7", "jana@b.c, at work", "x"], ["jana@b.c, at work"]),
    (["7", "Jana", "'jana@b.c'", "x"], ["7", "Jana,'jana@b.c'", "x"], ["Jana,'jana@b.c'"]),
    (["7", "jana@b.c\"", "x"], ["7", "jana@b.c\"", "x"], ["jana@b.c\""]),
    // Found by the column, or somebody else's.
    (["7", "jana@b.c", "x", ""], ["7", "jana@b.c", "x"], []),
    (["7", "to jana@b.c", " x", "y"], ["7", "to jana@b.c, x", "y"], []),
  ])
  func `finds a value in a field that a repair put together`(
    before: [String],
    after: [String],
    joined: [String]
  ) throws {
    let bytes = { (fields: [String]) in fields.map { Array($0.utf8) } }
    let repair = Repair(
      line: 2,
      kinds: [.fieldsJoined],
      before: bytes(before),
      after: bytes(after)
    )
    let found = try finder(("email", "jana@b.c")).joined(in: repair)
    #expect(found == bytes(joined))
  }

  @Test func `knows nobody under another key`() throws {
    let other = try #require(FingerprintKey(bytes: [UInt8](repeating: 8, count: 32)))
    let tokens = SubjectFinder.tokens(of: Array("42".utf8), in: "id", key: try #require(key))
    #expect(tokens.count == 2)
    let finder = SubjectFinder(tokens, key: other)
    #expect(gone(finder, [#"{"id":42}"#, #"{"id":"42"}"#]) == [])
  }

  @Test func `tells targets in canonical form`() {
    let line = SubjectFinder.tombstone(column: "a\"b", salt: "00ff", sha256: "ab")
    #expect(
      String(decoding: line, as: UTF8.self)
        == #"{"$erased":{"column":"a\"b","salt":"00ff","sha256":"ab"}}"# + "\n"
    )
  }
}
