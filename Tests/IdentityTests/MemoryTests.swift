import Identity
import Testing

struct MemoryTests {
  @Test(arguments: [96, 128, 256, 1_024] as [Int64])
  func `what a process may take is not taken twice`(mebibytes: Int64) {
    let memory = IdentityMemory(ofProcess: mebibytes << 20)
    #expect(memory.new >= 12 << 20)
    #expect(memory.mapped >= 4 << 20)
    #expect(Int64(memory.new + memory.mapped) <= (mebibytes - 80) << 20)
  }

  @Test func `with nothing said there is as much as with 256 MiB`() {
    #expect(IdentityMemory() == IdentityMemory(ofProcess: 256 << 20))
  }
}
