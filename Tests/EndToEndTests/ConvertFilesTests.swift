import Foundation
import TestKit
import Testing

@Suite struct `Convert of several files` {
  /// Small files, a large one, a broken one and one that is not there, in that order.
  private func files(in scratch: ScratchFolder) throws -> [String] {
    var files: [String] = []
    for number in 0..<40 {
      let text =
        "id,name\n\(number),n\(number)\n" + (number == 7 ? "1,2,3,4,5,6,7,8,9,10,11\n" : "")
      files.append(try scratch.write("small\(number).csv", text))
    }
    var large = "id,name\n"
    for row in 0..<40_000 { large += "\(row),row \(row)\n" }
    files.insert(try scratch.write("large.csv", large), at: 20)
    files.insert(try scratch.write("broken.json", #"[{"id":1},"#), at: 30)
    files.insert("\(scratch.path)/gone.csv", at: 33)
    return files
  }

  @Test(arguments: ["2", "5"])
  func `gives the lines and messages of one file after the other`(threads: String) throws {
    let scratch = try ScratchFolder()
    let files = try files(in: scratch)
    let alone = try Command.run(Places.dropmill, ["convert", "--threads", "1"] + files)
    let several = try Command.run(Places.dropmill, ["convert", "--threads", threads] + files)
    #expect(alone.lines.count == 40_040)
    #expect(alone.errorText.contains("small7.csv:3"))
    #expect(alone.errorText.contains("gone.csv"))
    #expect(alone.status == 66)
    #expect(several.output == alone.output)
    #expect(several.errorText == alone.errorText)
    #expect(several.status == alone.status)
  }

  @Test(arguments: ["1", "3"])
  func `leaves out what came before, where that is asked for`(threads: String) throws {
    let scratch = try ScratchFolder()
    let first = try scratch.write("a.csv", "id,name\n1,Ann\n2,Ben\n1,Ann\n")
    let second = try scratch.write("b.json", #"[{"name":"Ben","id":2},{"name":"Cas","id":3}]"#)
    let arguments = ["convert", "--dedup", "--threads", threads, first, second]
    let ending = try Command.run(Places.dropmill, arguments)
    #expect(ending.status == 0)
    #expect(
      ending.lines == [
        #"{"id":1,"name":"Ann"}"#, #"{"id":2,"name":"Ben"}"#, #"{"id":3,"name":"Cas"}"#,
      ]
    )
    #expect(ending.errorText.contains("2 records came before"))
  }

  @Test func `counts what a file gives whose first lines were written too soon`() throws {
    let scratch = try ScratchFolder()
    var text = "day,n\n"
    for row in 0..<60_000 { text += "\(row < 50_000 ? "03" : "23")/04/2026,\(row % 30_000)\n" }
    let source = try scratch.write("days.csv", text)
    let ending = try Command.run(Places.dropmill, ["convert", "--dedup", source])
    #expect(ending.lines.first == #"{"day":"2026-04-03","n":0}"#)
    #expect(ending.lines.count == 40_000)
    #expect(ending.errorText.contains("20000 records came before"))
  }

  @Test func `reads a pipe and through a link, and writes where - says`() throws {
    let scratch = try ScratchFolder()
    let source = try scratch.write("a.csv", "id\n1\n")
    let link = "\(scratch.path)/link.csv"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: source)
    let pipe = "\(scratch.path)/pipe"
    #expect(try Command.run("mkfifo", [pipe]).status == 0)
    let writer = try Command("sh", ["-c", "cat \"$0\" > \"$1\"", source, pipe])
    for path in [link, pipe] {
      let ending = try Command.run(Places.dropmill, ["convert", path, "-o", "-"])
      #expect(ending.text == "{\"id\":1}\n", "\(path)")
      #expect(ending.status == 0)
    }
    #expect(try writer.wait().status == 0)
    #expect(!FileManager.default.fileExists(atPath: "-"))
  }

  @Test func `writes to a pipe and through a link, and leaves both what they are`() throws {
    let scratch = try ScratchFolder()
    let source = try scratch.write("a.csv", "id\n1\n")
    let pipe = "\(scratch.path)/pipe"
    #expect(try Command.run("mkfifo", [pipe]).status == 0)
    let reader = try Command("cat", [pipe])
    #expect(try Command.run(Places.dropmill, ["convert", source, "-o", pipe]).status == 0)
    #expect(try reader.wait().text == "{\"id\":1}\n")
    #expect(try Command.run("test", ["-p", pipe]).status == 0)
    let target = try scratch.write("target.ndjson", "what was there before, and longer\n")
    let link = "\(scratch.path)/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
    #expect(try Command.run(Places.dropmill, ["convert", source, "-o", link]).status == 0)
    #expect(try scratch.text("target.ndjson") == "{\"id\":1}\n")
    #expect(try Command.run("test", ["-L", link]).status == 0)
    #expect(scratch.files(under: "").allSatisfy { !$0.hasSuffix(".partial") })
  }
}
