internal import CLinux
internal import Synchronization

/// The places where a test may kill the process, each right after the step it is named for.
///
/// `DROPMILL_CRASH_AT=claim-renamed` kills it there with SIGKILL, `claim-renamed:3` when it comes by for
/// the third time, `convert-started@bad.csv` whenever it is about to convert a drop of that name.
public enum CrashPoint: String, Sendable, CaseIterable {
  case poolMade = "pool-made"
  case poolSynced = "pool-synced"
  case claimRenamed = "claim-renamed"
  case claimSynced = "claim-synced"
  case claimRecorded = "claim-recorded"
  case convertStarted = "convert-started"
  case convertEnded = "convert-ended"
  case stageWritten = "stage-written"
  case stageSynced = "stage-synced"
  case runWritten = "run-written"
  case commitReady = "commit-ready"
  case committed = "committed"
  case schemaPublished = "schema-published"
  case dataPublished = "data-published"
  case manifestPublished = "manifest-published"
  case publishSynced = "publish-synced"
  case publishRecorded = "publish-recorded"
  case receiptWritten = "receipt-written"
  case archiveRenamed = "archive-renamed"
  case archiveSynced = "archive-synced"
  case archiveRecorded = "archive-recorded"
  case requestRecorded = "request-recorded"
  case heldRenamed = "held-renamed"
  case eraseRecorded = "erase-recorded"
  case eraseForgotten = "erase-forgotten"
  case eraseCutWritten = "erase-cut-written"
  case eraseCutPlaced = "erase-cut-placed"
  case eraseCutDone = "erase-cut-done"
  case eraseHeldRefused = "erase-held-refused"
  case eraseHeldRemoved = "erase-held-removed"
  case eraseRejectsCut = "erase-rejects-cut"
  case eraseStaged = "erase-staged"
  case eraseCommitted = "erase-committed"
  case eraseReplaced = "erase-replaced"
  case eraseDiscarded = "erase-discarded"
  case eraseTold = "erase-told"
  case eraseScrubbed = "erase-scrubbed"
  case recoveryAdopted = "recovery-adopted"
  case recoverySwept = "recovery-swept"
  case recoveryPublished = "recovery-published"
  case recoveryArchived = "recovery-archived"

  /// Kills the process when this is the place that was asked for; costs a comparison when none was.
  ///
  /// The name is that of the drop that is worked on, where there is one.
  public static func reach(_ point: CrashPoint, with name: [UInt8] = []) {
    guard let wanted, wanted.point == point else { return }
    if let drop = wanted.drop {
      if drop == name { clinux_die() }
    } else if visits.add(1, ordering: .relaxed).newValue == wanted.visit {
      clinux_die()
    }
  }

  /// The name of the environment variable.
  public static let variable = "DROPMILL_CRASH_AT"

  private static let visits = Atomic<Int>(0)

  private static let wanted: (point: CrashPoint, visit: Int, drop: [UInt8]?)? = {
    guard let value = environmentValue(variable) else { return nil }
    let drop = value.split(separator: "@", maxSplits: 1).dropFirst().first.map { Array($0.utf8) }
    let parts = value.prefix { $0 != "@" }.split(separator: ":")
    guard let name = parts.first, let point = CrashPoint(rawValue: String(name)) else { return nil }
    return (point, parts.count > 1 ? Int(parts[1]) ?? 1 : 1, drop)
  }()
}
