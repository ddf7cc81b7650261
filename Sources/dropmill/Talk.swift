import ArgumentParser
import Files
import Mill

/// What the command says to people, on standard error.
enum Talk {
  /// Says one line.
  static func say(_ line: String) {
    // A message that cannot be said is no reason to fail.
    try? File.standardError().write(Array((printable(line) + "\n").utf8))
  }

  /// Writes to standard output.
  static func write(_ bytes: [UInt8]) throws(MillError) {
    do throws(FileError) {
      try File.standardOutput().write(bytes)
    } catch {
      throw .files(error)
    }
  }

  /// Says why a command comes to an end, where it has not been said, and gives its exit code.
  static func ending(_ error: MillError) -> ExitCode {
    say("dropmill: \(error)")
    return ExitCode(error.exitCode)
  }

  /// The text without control characters, which a terminal would obey.
  static func printable(_ text: String) -> String {
    // Most texts are plain; what a scalar is takes long to look up.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += "\\u{\(String(scalar.value, radix: 16))}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
