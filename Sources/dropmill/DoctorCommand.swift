import ArgumentParser
import Audit
import Files
import Mill
import Settings

/// Says whether the folders and the machine are as they should be.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Looks whether folders, rights, space, clock and kernel are as they should be.",
    discussion: """
      Ends with 1 where something is wrong. Says what confinement is in force where a process watches.

      Examples:
        dropmill doctor
        dropmill doctor /srv/drop /srv/out --state /var/lib/dropmill
      """
  )

  @OptionGroup var folders: FolderOptions

  @OptionGroup var options: SettingsOptions

  func run() throws {
    let stated = try options.read(standardFile: Watch.settingsFile, options: folders.options)
    let settings = MillSettings(stated)
    var doctor = Doctor()
    doctor.examine(
      inbox: settings.inbox,
      outbox: settings.outbox,
      state: settings.state,
      minimumFree: settings.minimumFree
    )
    doctor.examineMachine()
    doctor.add(Self.watching(settings))
    let text = doctor.findings.map { finding in
      let code = finding.code.map { "\($0.rawValue): " } ?? ""
      return Talk.printable("\(finding.weight.rawValue)  \(finding.place): \(code)\(finding.found)")
        + "\n"
    }
    do throws(MillError) {
      try Talk.write(Array(text.joined().utf8))
    } catch {
      throw Talk.ending(error)
    }
    if doctor.findings.contains(where: { $0.weight == .wrong }) { throw ExitStatus.rejected }
  }

  /// What the process that watches says of itself.
  private static func watching(_ settings: MillSettings) -> DoctorFinding {
    do throws(MillError) {
      let status = try StateAccess.status(settings)
      guard status.isWatching else { return .well("watch", "nobody watches") }
      if let confinement = status.confinement { return .well("watch", confinement) }
      return .note(
        .notConfined,
        "watch",
        "it was told not to confine itself, or the kernel could not."
      )
    } catch {
      return .wrong(.folderUnusable, "state \(settings.state.count) bytes", error.description)
    }
  }
}
