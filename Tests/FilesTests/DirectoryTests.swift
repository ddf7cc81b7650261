import Files
import Glibc
import TestKit
import Testing

struct DirectoryTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test func `a name that is no text is opened by its bytes`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    let name: [UInt8] = [0x66, 0xFF, 0x0A, 0x1B]
    try folder.create(name).write(Array("a\n".utf8))
    #expect(try folder.read(name).bytes() == Array("a\n".utf8))
    #expect(try folder.entries().map(\.name) == [name])
  }

  @Test func `names composed and decomposed are two files`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    _ = try folder.create(Array("\u{E9}".utf8))
    _ = try folder.create(Array("e\u{301}".utf8))
    #expect(try folder.entries().count == 2)
  }

  @Test(arguments: ["a/b", ".", "..", "", "a\0b"])
  func `a name that could lead elsewhere is refused`(name: String) throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    let error = #expect(throws: FileError.self) { _ = try folder.read(Array(name.utf8)) }
    #expect(error?.isErrno(Errno.invalid) == true)
  }

  @Test func `a link is described and never followed`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    try scratch.write("real", "text")
    let made = unsafe symlink("\(scratch.path)/real", "\(scratch.path)/link")
    try #require(made == 0)
    #expect(try folder.facts(Array("link".utf8)).kind == .symbolicLink)
    let error = #expect(throws: FileError.self) { _ = try folder.read(Array("link".utf8)) }
    #expect(error?.isErrno(Errno.symbolicLink) == true)
    #expect(throws: FileError.self) { _ = try folder.directory(Array("link".utf8)) }
  }

  @Test func `opening a pipe without a writer does not wait`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    let made = unsafe mkfifo("\(scratch.path)/pipe", 0o600)
    try #require(made == 0)
    let pipe = try folder.read(Array("pipe".utf8))
    #expect(try pipe.facts().kind == .other)
  }

  @Test func `a rename refuses to replace what is there`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    try scratch.write("one", "1")
    try scratch.write("two", "2")
    let error = #expect(throws: FileError.self) {
      try folder.rename(Array("one".utf8), to: folder, as: Array("two".utf8))
    }
    #expect(error?.isErrno(Errno.exists) == true)
    #expect(try scratch.text("two") == "2")
    try folder.rename(Array("one".utf8), to: folder, as: Array("two".utf8), replacing: true)
    #expect(try scratch.text("two") == "1")
  }

  @Test func `two files change places, and neither where one is not there`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    try scratch.write("one", "1")
    let error = #expect(throws: FileError.self) {
      try folder.exchange(Array("one".utf8), with: folder, Array("two".utf8))
    }
    #expect(error?.isErrno(Errno.notFound) == true)
    #expect(scratch.files() == ["one"])
    try scratch.write("two", "2")
    try folder.exchange(Array("one".utf8), with: folder, Array("two".utf8))
    #expect(try scratch.text("one") == "2")
    #expect(try scratch.text("two") == "1")
  }

  @Test func `a listing gives every name once, however many there are`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    let names = (0..<2_000).map { Array("drop-\($0)".utf8) }
    for name in names { _ = try folder.create(name) }
    let listed = try folder.entries()
    #expect(listed.count == names.count)
    #expect(Set(listed.map(\.name)) == Set(names))
    #expect(listed.allSatisfy { $0.kind == .regular })
  }

  @Test func `a path is made with everything above it`() throws {
    let folder = try Directory(
      makingPath: Array(scratch.path.utf8) + Array("/a/b/c".utf8),
      mode: 0o700
    )
    #expect(try folder.facts().mode == 0o700)
    _ = try Directory(makingPath: Array(scratch.path.utf8) + Array("/a/b/c".utf8))
  }

  @Test func `removing what is not there is no error`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    #expect(try folder.remove(Array("none".utf8)) == false)
    #expect(try folder.removeDirectory(Array("none".utf8)) == false)
    #expect(try folder.makeDirectory(Array("new".utf8)))
    #expect(try folder.makeDirectory(Array("new".utf8)) == false)
    #expect(try folder.removeDirectory(Array("new".utf8)))
  }

  @Test func `an unnamed file gets its name when it is linked`() throws {
    let folder = try Directory(path: Array(scratch.path.utf8))
    let file = try folder.createUnnamed()
    try file.write(Array("whole".utf8))
    #expect(try folder.entries().isEmpty)
    try file.link(into: folder, as: Array("named".utf8))
    #expect(try scratch.text("named") == "whole")
    #expect(throws: FileError.self) { try file.link(into: folder, as: Array("named".utf8)) }
  }
}
