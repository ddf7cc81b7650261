import ArgumentParser
import Mill
import Settings

/// Makes the state anew where the ledger is lost or damaged.
struct Rebuild: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes the state anew from the originals in _done and the batches in the outbox.",
    discussion: """
      Works off the originals again, batch after batch, and holds what comes out against the outbox. Nothing
      but NEWSTATE is changed. Ends with 1 where a batch is lost or came out otherwise: its records may come
      again. Stop the watch first; then start it with --state NEWSTATE.

      Example:
        dropmill rebuild /var/lib/dropmill.new --inbox /srv/drop --outbox /srv/out --state /var/lib/dropmill
      """
  )

  @Argument(help: ArgumentHelp("The new state folder.", valueName: "newstate"))
  var target: String

  @Option(help: ArgumentHelp("The folder that people drop into.", valueName: "dir"))
  var inbox: String?

  @Option(help: ArgumentHelp("The folder that targets read.", valueName: "dir"))
  var outbox: String?

  @OptionGroup var state: StateOption

  @OptionGroup var options: SettingsOptions

  func run() throws {
    let folders = [("inbox", inbox), ("outbox", outbox)].compactMap { key, value in
      value.map { Settings.Option(key: key, value: $0, spelling: "--\(key)") }
    }
    let stated = try options.read(
      standardFile: Watch.settingsFile,
      options: folders + state.options
    )
    do throws(MillError) {
      let report = try Mill(MillSettings(stated), report: { _ in }).rebuild(
        into: Array(target.utf8)
      )
      for name in report.lost {
        Talk.say("\(name): lost: neither its originals nor its data are left")
      }
      for name in report.different { Talk.say("\(name): came out otherwise than it was published") }
      for name in report.erasures {
        Talk.say(
          "\(name): told of an erasure: erase that person again, or the next drop brings it back"
        )
      }
      Talk.say(
        "\(target): \(report.drops) drops read, \(report.fromOriginals) batches from originals, "
          + "\(report.fromOutbox) from the outbox, \(report.lost.count) lost, \(report.different.count) different"
      )
      if report.isComplete { return }
    } catch {
      throw Talk.ending(error)
    }
    throw ExitStatus.rejected
  }
}
