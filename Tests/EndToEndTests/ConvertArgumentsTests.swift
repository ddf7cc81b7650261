import ArgumentParser
import Testing

@testable import dropmill

@Suite struct `Arguments of convert` {
  /// All lists of up to `count` of the words.
  private func lists(of words: [String], upTo count: Int) -> [[String]] {
    var lists: [[String]] = [[]]
    var longest = lists
    for _ in 0..<count {
      longest = longest.flatMap { list in words.map { list + [$0] } }
      lists += longest
    }
    return lists
  }

  @Test func `are read as the parser reads them, where they are of the usual shape`() throws {
    let words = ["a.csv", "7", "-o", "--output", "-q", "--quiet", "--threads", "0", "-", "--dedup"]
    var usual = 0
    for list in lists(of: words, upTo: 4) {
      guard let run = ConvertRun(usual: list[...]) else { continue }
      usual += 1
      #expect(try dropmill.Convert.parse(list).asked == run, "\(list)")
    }
    #expect(usual > 500)
  }

  @Test(arguments: [
    [], ["-h"], ["a.csv", "--delimiter", ";"], ["--", "a.csv"], ["-oq", "a.csv"],
    ["a.csv", "--threads=2"], ["a.csv", "-o"], ["a.csv", "--threads", "none"],
    ["-o", "a", "-o", "b"], ["a.csv", ""],
  ])
  func `are the parser's, where they are of another`(list: [String]) {
    #expect(ConvertRun(usual: list[...]) == nil)
  }
}
