/// What an examination of the surroundings found at one place.
public struct DoctorFinding: Sendable, Hashable {
  /// The stable codes, as in `docs/errors.md`.
  public enum DoctorCode: String, Sendable, Hashable, CaseIterable {
    case folderUnusable = "folder-unusable"
    case foldersInOneAnother = "folders-in-one-another"
    case openToOthers = "open-to-others"
    case ownedByAnother = "owned-by-another"
    case noEvents = "no-events"
    case fewWatches = "few-watches"
    case littleSpace = "little-space"
    case clockOff = "clock-off"
    case notConfined = "not-confined"
    case oldSQLite = "old-sqlite"
  }

  /// How much it matters.
  public enum Weight: String, Sendable, Hashable {
    /// As it should be.
    case well
    /// It works, and could be better.
    case note
    /// Somebody has to do something.
    case wrong
  }

  /// How much it matters.
  public var weight: Weight
  /// What kind of thing was found; nil where all is well.
  public var code: DoctorCode?
  /// What was looked at.
  public var place: String
  /// What was found, and what to do.
  public var found: String

  /// Something that is as it should be.
  public static func well(_ place: String, _ found: String) -> DoctorFinding {
    DoctorFinding(weight: .well, code: nil, place: place, found: found)
  }

  /// Something that works and could be better.
  public static func note(_ code: DoctorCode, _ place: String, _ found: String) -> DoctorFinding {
    DoctorFinding(weight: .note, code: code, place: place, found: found)
  }

  /// Something that somebody has to mend.
  public static func wrong(_ code: DoctorCode, _ place: String, _ found: String) -> DoctorFinding {
    DoctorFinding(weight: .wrong, code: code, place: place, found: found)
  }
}
