import Files
import TestKit
import Testing

struct InotifyTests {
  let scratch: ScratchFolder

  init() throws { scratch = try ScratchFolder() }

  @Test func `a written file is created, touched and closed`() throws {
    let inotify = try Inotify()
    let folder = try Directory(path: Array(scratch.path.utf8))
    let watch = try inotify.watch(folder)
    try folder.create(Array("a.csv".utf8)).write(Array("x\n".utf8))
    #expect(try waitUntilReadable([inotify.raw], timeout: .seconds(5)) == [true])
    let events = try inotify.events()
    #expect(events.map(\.change) == [.created, .touched, .closed])
    #expect(events.allSatisfy { $0.watch == watch && $0.name == Array("a.csv".utf8) })
    #expect(try inotify.events().isEmpty)
  }

  @Test func `a renamed file leaves here and arrives there`() throws {
    try scratch.folder("from")
    try scratch.folder("to")
    try scratch.write("from/a", "x")
    let inotify = try Inotify()
    let here = try Directory(path: Array(scratch.path.utf8) + Array("/from".utf8))
    let there = try Directory(path: Array(scratch.path.utf8) + Array("/to".utf8))
    let left = try inotify.watch(here)
    let arrived = try inotify.watch(there)
    try here.rename(Array("a".utf8), to: there, as: Array("b".utf8))
    let events = try inotify.events()
    #expect(events.map(\.change) == [.left, .arrived])
    #expect(events.map(\.watch) == [left, arrived])
  }

  @Test func `a watched folder that goes away says so`() throws {
    try scratch.folder("gone")
    let inotify = try Inotify()
    _ = try inotify.watch(Directory(path: Array(scratch.path.utf8) + Array("/gone".utf8)))
    try Directory(path: Array(scratch.path.utf8)).removeDirectory(Array("gone".utf8))
    #expect(try inotify.events().contains { $0.change == .lost })
  }

  @Test func `a wakeup is heard once`() throws {
    let wakeup = try Wakeup()
    #expect(try waitUntilReadable([wakeup.raw], timeout: .zero) == [false])
    wakeup.wake()
    #expect(try waitUntilReadable([wakeup.raw], timeout: nil) == [true])
    let first = wakeup.clear()
    let second = wakeup.clear()
    #expect(first && !second)
  }
}
