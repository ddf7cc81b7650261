import Files
import Glibc
import TestKit
import Testing

@Suite struct `A confined process` {
  /// What a confined process could still do that it should not; 0: nothing.
  private static func trespasses() -> Int32 {
    guard let own = try? ScratchFolder(), let other = try? ScratchFolder() else { return 1 }
    guard let secret = try? other.write("secret", "s") else { return 1 }
    let confinement = Confinement.enter(
      writable: [Array(own.path.utf8)],
      readable: [Array("/usr".utf8), Array("/lib".utf8)]
    )
    var wrong: Int32 = 0
    if confinement.landlock != nil {
      if (try? Directory(path: Array(other.path.utf8)).read(Array("secret".utf8))) != nil {
        wrong |= 2
      }
      if (try? Directory(path: Array(other.path.utf8)).create(Array("new".utf8))) != nil {
        wrong |= 4
      }
      if unsafe truncate(secret, 0) == 0, Confinement.availableLandlock ?? 0 >= 3 { wrong |= 8 }
    }
    if confinement.filtersCalls {
      if Confinement.canReachNetworks { wrong |= 16 }
      if (try? Command.run("/bin/true", [])) != nil { wrong |= 32 }
    }
    do {
      let folder = try Directory(path: Array(own.path.utf8))
      try folder.create(Array("a".utf8)).write([1])
      let below = try folder.makingDirectory(Array("below".utf8))
      try folder.rename(Array("a".utf8), to: below, as: Array("b".utf8))
      try below.sync()
      guard try below.read(Array("b".utf8)).bytes() == [1] else { return 64 }
    } catch {
      wrong |= 64
    }
    return wrong
  }

  @Test func `has its folders, and no file, network or program beside them`() async {
    await #expect(processExitsWith: .exitCode(0)) {
      exit(Self.trespasses())
    }
  }
}
