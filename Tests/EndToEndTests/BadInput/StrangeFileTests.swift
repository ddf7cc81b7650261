import Files
import Foundation
import Glibc
import TestKit
import Testing

/// What lies in the inbox and is no file of one name: never opened, never followed, and out of the way.
@Suite struct `What is no file` {
  private func link(_ name: String, to target: String, in place: Workplace) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(place.scratch.path)/inbox/\(name)",
      withDestinationPath: target
    )
  }

  @Test func `is held unread: links of every kind, a pipe, a socket`() throws {
    let place = try Workplace()
    let canary = "c4n4ry"
    let secret = try place.scratch.write("secret.csv", "id,name\n1,\(canary)\n")
    let inbox = "\(place.scratch.path)/inbox"
    try link("link.csv", to: secret, in: place)
    try link("dangling.csv", to: "/nowhere/at/all", in: place)
    try link("loop.csv", to: "loop.csv", in: place)
    try link("folder.csv", to: "/etc", in: place)
    try link("device.csv", to: "/dev/zero", in: place)
    let pipe = unsafe mkfifo("\(inbox)/pipe.csv", 0o600)
    let socket = unsafe mknod("\(inbox)/socket.csv", S_IFSOCK | 0o600, 0)
    try #require(pipe == 0 && socket == 0)
    try place.drop("good.csv", "id,name\n2,Ben\n")
    let ending = try place.watchOnce()
    #expect(ending.status == 1)
    #expect(try place.records(of: "good") == [#"{"id":2,"name":"Ben"}"#])
    for name in ["link", "dangling", "loop", "folder", "device", "pipe", "socket"] {
      let receipt = try place.scratch.json("inbox/_held/\(name)/\(name).csv.receipt.json")
      #expect(receipt["reason"] as? String == "not-regular", "\(name)")
    }
    for file in place.scratch.files(under: "outbox") {
      #expect(try !place.scratch.text("outbox/\(file)").contains(canary), "\(file)")
    }
  }

  @Test(.enabled(if: geteuid() == 0, "making a device needs root"))
  func `is held unread: a device`() throws {
    let place = try Workplace()
    let zeros = unsafe mknod("\(place.scratch.path)/inbox/zero.csv", S_IFCHR | 0o600, 0x105)
    if zeros != 0 { try Test.cancel("no devices can be made here") }
    #expect(try place.watchOnce().status == 1)
    let receipt = try place.scratch.json("inbox/_held/zero/zero.csv.receipt.json")
    #expect(receipt["reason"] as? String == "not-regular")
  }

  @Test func `never becomes a path: a folder called as a file, and folders past the depth`() throws
  {
    let place = try Workplace()
    try place.drop("table.csv/deep.csv", "id,name\n1,Ann\n")
    let deep = (0..<40).map { "d\($0)" }.joined(separator: "/")
    try place.drop("\(deep)/x.csv", "id,name\n2,Ben\n")
    #expect(try place.watchOnce().status == 0)
    #expect(try place.records(of: "table.csv").count == 1)
    #expect(place.scratch.has("inbox/\(deep)/x.csv"), "what lies too deep is left alone")
  }

  @Test func `is a file of a tebibyte of nothing: told by its zeros, and not read to its end`()
    throws
  {
    let place = try Workplace()
    let path = try place.scratch.write("inbox/sparse.csv", "")
    try #require(unsafe truncate(path, 1 << 40) == 0)
    #expect(try place.watchOnce().status == 1)
    let receipt = try place.scratch.json("inbox/_held/sparse/sparse.csv.receipt.json")
    #expect(receipt["reason"] as? String == "unknown-format")
  }
}
