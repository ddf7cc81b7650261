import ArgumentParser

@main
struct Dropmill: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dropmill",
    abstract: "Turns dropped exports into verified batches of canonical JSON.",
    discussion: """
      Drop CSV, JSON or XML, gzipped or not, into a folder; find whole, deduplicated batches of \
      canonical JSON lines in another.
      """,
    version: "0.1.0",
    subcommands: [
      Watch.self, Convert.self, Detect.self, Plan.self, Status.self, Drops.self, Batches.self,
      Feeds.self, SchemaCommand.self, Release.self, Retry.self, Discard.self, ShowSettings.self,
      Erase.self, Verify.self, Rebuild.self, DoctorCommand.self,
    ]
  )

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.first == "convert" else {
      let commands = configuration.subcommands.map { $0._commandName }
      guard let problem = Verbs.problem(arguments, commands: commands) else {
        return main(arguments)
      }
      Talk.say("dropmill: \(problem)")
      exit(withError: ExitCode(64))
    }
    if let run = ConvertRun(usual: arguments.dropFirst()) { return end(run) }
    var list = (arguments: Array(arguments.dropFirst()), files: [String]())
    if arguments.count > FileList.limit {
      list = FileList.split(list.arguments, valued: Convert.valuedOptions)
    }
    // Taken for itself the command is parsed in half the time, which is most of a small file's. Help
    // and mistakes are the whole program's to tell.
    guard var convert = try? Convert.parse(list.arguments) else {
      return main(["convert"] + list.arguments)
    }
    do {
      if !list.files.isEmpty {
        convert.files = list.files
        try convert.validate()
      }
      end(convert.asked)
    } catch {
      exit(withError: error)
    }
  }

  /// Does it, and ends the process where something went wrong.
  private static func end(_ run: ConvertRun) {
    do {
      try run.run()
    } catch {
      exit(withError: error)
    }
  }
}
