public import Files
import GRDB

extension Ledger {
  /// Copies the ledger and its key into an empty folder, as they are at this moment.
  ///
  /// By SQLite's own means and over the one connection: another on the same files could damage them.
  public func copy(into folder: borrowing Directory) throws(LedgerError) {
    guard let path = String(validating: folder.path(of: Self.fileName), as: UTF8.self) else {
      throw .files(.failed(.create, name: folder.path(of: Self.fileName), errno: Errno.invalid))
    }
    try Self.filed { () throws(FileError) in
      let file = try folder.create(Self.fileName, mode: 0o600)
      try file.setMode(0o600)
    }
    do {
      let target = try DatabaseQueue(path: path.hasPrefix("/") ? path : "./\(path)")
      try backUp(to: target)
      try target.close()
    } catch {
      throw LedgerError(error, path: path)
    }
    try Self.filed { () throws(FileError) in
      let file = try folder.create(KeyFile.name, mode: 0o600)
      try file.write(Array(key.fileText.utf8))
    }
  }
}
