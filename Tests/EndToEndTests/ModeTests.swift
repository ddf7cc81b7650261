import Foundation
import TestKit
import Testing

/// Who may read and write what a watch makes, under the loosest of umasks.
@Suite struct `What a watch makes` {
  private func mode(_ path: String) throws -> Int {
    let facts = try FileManager.default.attributesOfItem(atPath: path)
    return try #require(facts[.posixPermissions] as? Int)
  }

  @Test func `is for its owner alone where it is state, a claim or not yet published`() throws {
    let place = try Workplace()
    let path = place.scratch.path
    try place.drop("orders/a.csv", "id,name\n1,Ann\n2,Ben,x,y,z\n3,Cas\n")
    let ending = try Command.run(
      "sh",
      ["-c", "umask 000; exec \"$0\" \"$@\"", Places.dropmill]
        + ["watch", "\(path)/inbox", "\(path)/outbox", "--state", "\(path)/state", "--once"]
    )
    #expect([0, 1].contains(ending.status), "\(ending.errorText)")
    for folder in ["state", "state/fingerprints", "inbox/.claimed", "outbox/.staging"] {
      #expect(try mode("\(path)/\(folder)") == 0o700, "\(folder)")
    }
    let files = place.scratch.files(under: "state")
    #expect(files.contains("fingerprint.key") && files.contains("ledger.sqlite"))
    for file in files { #expect(try mode("\(path)/state/\(file)") == 0o600, "\(file)") }
    for file in place.scratch.files(under: "outbox") where !file.hasPrefix(".") {
      #expect(try mode("\(path)/outbox/\(file)") & 0o022 == 0, "\(file): others can write it")
    }
    for file in place.scratch.files(under: "inbox").filter({ $0.hasSuffix(".receipt.json") }) {
      #expect(try mode("\(path)/inbox/\(file)") & 0o022 == 0, "\(file): others can write it")
    }
  }
}
