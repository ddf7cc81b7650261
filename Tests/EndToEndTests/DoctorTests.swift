import Foundation
import Glibc
import TestKit
import Testing

@Suite struct `Doctor` {
  private func examine(_ place: Workplace, _ options: [String] = []) throws -> Command.Ending {
    let path = place.scratch.path
    return try Command.run(
      Places.dropmill,
      ["doctor", "\(path)/inbox", "\(path)/outbox", "--state", "\(path)/state"] + options,
      in: path
    )
  }

  @Test func `finds nothing wrong with folders as they should be, before and after the first drop`()
    throws
  {
    let place = try Workplace()
    #expect(try examine(place).status == 0)
    try place.settle("orders/a.csv", "id,name\n1,Ann\n")
    let ending = try examine(place)
    #expect(ending.status == 0, "\(ending.text)")
    #expect(ending.text.contains("fingerprint.key: for its owner alone"), "\(ending.text)")
  }

  @Test(arguments: [
    ("chmod 755 state", "open-to-others"), ("chmod 644 state/fingerprint.key", "open-to-others"),
    ("chmod 777 outbox", "open-to-others"), ("rmdir inbox/empty; rm -rf inbox", "folder-unusable"),
  ])
  func `names what is wrong, and ends with 1`(damage: String, code: String) throws {
    let place = try Workplace()
    try place.settle("orders/a.csv", "id,name\n1,Ann\n")
    #expect(try Command.run("sh", ["-c", "cd \(place.scratch.path); \(damage); true"]).status == 0)
    let ending = try examine(place)
    #expect(ending.status == 1)
    #expect(ending.text.contains("\(code): "), "\(ending.text)")
  }

  @Test func `tells too little space and folders in one another`() throws {
    let place = try Workplace()
    try place.scratch.write("dropmill.yaml", "minimum-free: 900TiB\n")
    #expect(try examine(place).text.contains("little-space: "))
    let path = place.scratch.path
    let nested = try Command.run(
      Places.dropmill,
      ["doctor", "\(path)/inbox", "\(path)/inbox/out", "--state", "\(path)/state"]
    )
    #expect(nested.status == 0 || nested.text.contains("folders-in-one-another"))
    try place.scratch.folder("inbox/out")
    let again = try Command.run(
      Places.dropmill,
      ["doctor", "\(path)/inbox", "\(path)/inbox/out", "--state", "\(path)/state"]
    )
    #expect(again.status == 1 && again.text.contains("folders-in-one-another: "), "\(again.text)")
  }

  @Test func `says what confines a running watch, and the kernel says the same`() throws {
    let place = try Workplace()
    let daemon = try place.watch()
    #expect(FolderWatch.wait(under: place.scratch.path) { place.scratch.has("state/control") })
    let facts = try String(contentsOfFile: "/proc/\(daemon.id)/status", encoding: .utf8)
    let told = try examine(place).text
    #expect(told.contains("by seccomp") == facts.contains("Seccomp:\t2"), "\(told)")
    #expect(told.contains("watch: ") && !told.contains("nobody watches"), "\(told)")
    daemon.signal(SIGTERM)
    #expect(try daemon.wait().status == 128 + SIGTERM)
  }

  @Test func `is told that too little space makes a watch wait, and so is status`() throws {
    let place = try Workplace()
    let once = try place.watchOnce(["--minimum-free", "900TiB"])
    #expect(once.status == 73 && once.errorText.contains("--minimum-free"), "\(once.errorText)")
    try place.drop("a.csv", "id,n\n1,1\n")
    let daemon = try place.watch(["--minimum-free", "900TiB"])
    #expect(FolderWatch.wait(under: place.scratch.path) { place.scratch.has("state/control") })
    var status = ""
    while !status.contains("nothing is claimed: ") {
      let state = ["--state", "\(place.scratch.path)/state"]
      let ending = try Command.run(Places.dropmill, ["status"] + state)
      status = ending.text
      #expect(ending.errorText.isEmpty)
      if daemon.errorsSoFar.contains("waiting: ") { #expect(ending.status == 1) }
    }
    #expect(place.scratch.has("inbox/a.csv"), "nothing was claimed")
    daemon.signal(SIGTERM)
    #expect(try daemon.wait().status == 128 + SIGTERM)
    #expect(try place.watchOnce().status == 0)
    #expect(try place.records(of: "a").count == 1)
  }
}
