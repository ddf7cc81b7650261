import ArgumentParser

@main
struct Dropmill: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dropmill",
    abstract: "Turns dropped exports into verified batches of canonical JSON.")
}
