import Files
import Glibc
import Testing

struct CrashPointTests {
  @Test func `a crash point that nobody asked for does nothing`() {
    for point in CrashPoint.allCases { CrashPoint.reach(point) }
  }

  @Test func `the named crash point kills at the visit it was asked for`() async {
    await #expect(processExitsWith: .signal(SIGKILL)) {
      unsafe setenv(CrashPoint.variable, "committed:2", 1)
      CrashPoint.reach(.claimRenamed)
      CrashPoint.reach(.committed)
      CrashPoint.reach(.committed)
    }
    await #expect(processExitsWith: .exitCode(0)) {
      unsafe setenv(CrashPoint.variable, "committed:3", 1)
      CrashPoint.reach(.committed)
      CrashPoint.reach(.committed)
      exit(0)
    }
  }

  @Test func `every name is kebab-case`() {
    for point in CrashPoint.allCases {
      #expect(point.rawValue.utf8.allSatisfy { $0 == 45 || (97...122).contains($0) })
    }
  }
}
