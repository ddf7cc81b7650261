public import Files

/// The directories of claims, for whoever reads or moves drops in them: from any thread.
public struct ClaimFolders: Sendable {
  let folders: OpenDirectories

  /// The directory that a claim's drop lies in.
  public func directory(of claim: ClaimedDrop) throws(FileError) -> Directory {
    try directory(claim.id, in: claim.folder)
  }

  func directory(_ id: String, in folder: [[UInt8]]) throws(FileError) -> Directory {
    try folders.open(folder).directory.directory(ClaimedDrop.directoryName(id))
  }

  /// The directory of a claim that is made anew under an id it had before.
  func open(_ id: String) throws(FileError) -> Directory {
    let root = try folders.open([])
    let name = ClaimedDrop.directoryName(id)
    if try root.directory.makeDirectory(name, mode: 0o700) { try root.directory.sync() }
    return try directory(id, in: [])
  }
}
