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
    subcommands: [Watch.self, Convert.self]
  )
}
