import Files

extension Mill {
  /// What every process reads: libraries, tables of encodings and time zones, facts of the processors.
  private static let common = [
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/dev/null",
    "/dev/urandom",
    "/sys/devices/system/cpu",
  ]

  /// Keeps the process to its folders, as far as the kernel can.
  ///
  /// Folders that cannot be opened or made end the run a moment later, with their reason: nothing is
  /// given up then. A folder that was made and may not last would be found there by then.
  ///
  /// - Throws: `FileError.unsynced`: end the process.
  func confine() throws(FileError) -> Confinement? {
    guard settings.isConfined else { return nil }
    do throws(FileError) {
      _ = try Directory(path: settings.inbox)
      _ = try Directory(makingPath: settings.outbox)
      _ = try Directory(makingPath: settings.state, mode: 0o700)
    } catch {
      if error.isFatal { throw error }
      return nil
    }
    return Confinement.enter(
      writable: [settings.inbox, settings.outbox, settings.state],
      readable: settings.readable + Mill.common.map { Array($0.utf8) }
    )
  }
}
