import ArgumentParser
import Conversion
import Files
import Identity
import Settings

/// What `convert` is to do, whichever way its arguments were read.
struct ConvertRun: Equatable {
  var files: [String]
  var output: String?
  var to: Convert.Form = .jsonl
  var types: Convert.Types = .proven
  var threads: Int?
  var dropsRepeats = false
  var isQuiet = false
  /// What the options for reading state.
  var reading: [Settings.Option] = []
  var stated = StatedSettings()

  /// Converts these files, with nothing else said.
  init(files: [String]) {
    self.files = files
  }

  /// What arguments of the usual shape ask for: files, `-o`, `-q`, `--threads`; nil where they hold more.
  ///
  /// swift-argument-parser takes longer to read three words than a small file takes to convert, and
  /// its time grows with the square of the number of files. A test holds that it reads the same.
  init?(usual arguments: ArraySlice<String>) {
    files = []
    var rest = arguments
    while let argument = rest.popFirst() {
      switch argument {
      case "-q", "--quiet": isQuiet = true
      case "-o", "--output":
        guard output == nil, let value = rest.popFirst(), Self.isPlain(value) else { return nil }
        output = value
      case "--threads":
        guard threads == nil, let value = rest.popFirst(), Self.isPlain(value),
          let count = Int(value), count > 0
        else { return nil }
        threads = count
      default:
        guard Self.isPlain(argument) else { return nil }
        files.append(argument)
      }
    }
    if files.isEmpty { return nil }
  }

  /// Whether an argument is a value and nothing else.
  private static func isPlain(_ argument: String) -> Bool {
    argument.utf8.first.map { $0 != UInt8(ascii: "-") } ?? false
  }

  /// Converts.
  ///
  /// - Throws: `ExitCode` where something went wrong, after it was said.
  func run() throws {
    let feeds = try stated.read(standardFile: nil, options: reading)
    do {
      if let status = try work(feeds) { throw status }
    } catch let error as FileError {
      Talk.say("dropmill: \(error)")
      throw ExitCode(error.exitCode)
    } catch let error as IdentityError {
      Talk.say("dropmill: \(error.message)")
      throw ExitCode(error.exitCode)
    }
  }

  /// Converts all files and puts the lines in their place; the gravest status.
  private func work(_ feeds: Settings) throws -> ExitCode? {
    let output = try ConvertOutput(
      path: self.output,
      earlierRecords: dropsRepeats ? IdentityMemory(ofProcess: feeds.house.memory) : nil,
      isTable: to == .csv
    )
    var settings = ConversionSettings()
    settings.typing = types == .text ? .text : .proven
    settings.key = output.key
    if let threads = threads ?? feeds.house.threads { settings.workers = threads }
    do {
      let worst = try convert(settings, feeds, output)
      try output.finish()
      if output.repeats > 0, !isQuiet {
        Talk.say("\(output.repeats) records came before and were left out.")
      }
      return worst
    } catch {
      try? output.discard()
      throw error
    }
  }

  /// Converts all files into `output`; the gravest status.
  private func convert(
    _ settings: ConversionSettings,
    _ feeds: Settings,
    _ output: ConvertOutput
  ) throws -> ExitCode? {
    let conversion = FileConversion(settings: settings, feeds: feeds, isQuiet: isQuiet)
    var worst: ExitCode?
    var ahead: FilesAhead?
    if files.count > 1 && settings.workers > 1 {
      ahead = FilesAhead(files, threads: settings.workers) {
        FileConversion(settings: settings.onOneThread, feeds: feeds, isQuiet: isQuiet)
      }
    }
    defer { ahead?.stop() }
    let folder = LatestFolder()
    for path in files {
      output.begin()
      let held = ahead?.take()
      let outcome: FileOutcome
      if let held, let known = held.outcome {
        try output.accept(held)
        outcome = known
      } else {
        outcome = try convert(path, in: folder, conversion, output)
      }
      output.end(outcome, spelled: types == .text)
      outcome.messages.forEach(Talk.say)
      if let status = outcome.status { worst = .max(worst ?? status, status) }
    }
    return worst
  }

  private func convert(
    _ path: String,
    in folder: LatestFolder,
    _ conversion: FileConversion,
    _ output: ConvertOutput
  ) throws -> FileOutcome {
    let source: SourceFile
    do throws(FileError) {
      source = try SourceFile(path: path, in: folder)
    } catch {
      return FileConversion.failure(error)
    }
    return try conversion.run(source, into: output)
  }
}

extension ExitCode {
  /// The graver of two statuses: bad data before rejects.
  fileprivate static func max(_ one: ExitCode, _ other: ExitCode) -> ExitCode {
    one.rawValue > other.rawValue ? one : other
  }
}
