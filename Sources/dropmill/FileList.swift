/// Takes long lists of files out of a command's arguments before they are parsed.
///
/// swift-argument-parser's time grows with the square of the number of arguments: four fifths of
/// converting ten thousand small files went there.
enum FileList {
  /// More arguments than this are taken apart here.
  static let limit = 256

  /// The arguments without the files among them, and the files.
  ///
  /// Options named in `valued` take the argument behind them; behind `--` all are files.
  static func split(
    _ arguments: [String],
    valued: Set<String>
  ) -> (arguments: [String], files: [String]) {
    var kept: [String] = []
    var files: [String] = []
    var isValue = false
    for (index, argument) in arguments.enumerated() {
      if argument == "--" {
        files += arguments[(index + 1)...]
        break
      }
      if isValue || (argument.hasPrefix("-") && argument != "-") {
        kept.append(argument)
      } else {
        files.append(argument)
      }
      isValue = !isValue && valued.contains(argument)
    }
    return (kept, files)
  }
}
