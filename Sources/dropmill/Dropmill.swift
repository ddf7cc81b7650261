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
    subcommands: [Watch.self, Convert.self, Detect.self, ShowSettings.self, Verify.self]
  )

  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count > FileList.limit, arguments.first == "convert" else {
      return main(arguments)
    }
    let list = FileList.split(Array(arguments.dropFirst()), valued: Convert.valuedOptions)
    do {
      guard var convert = try parseAsRoot(["convert"] + list.arguments) as? Convert else { return }
      convert.files = list.files
      try convert.validate()
      try convert.run()
    } catch {
      exit(withError: error)
    }
  }
}
