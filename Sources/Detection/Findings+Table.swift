extension Findings {
  /// The findings as a person reads them: a line a step, its evidence and doubts below.
  ///
  /// - Parameter width: columns to keep within, where there is a terminal; longer notes are wrapped.
  /// - Returns: lines, each ended.
  public func table(width: Int? = nil) -> String {
    let shown = steps.map { step in
      (
        what: step.what, answer: Self.printable(step.answer),
        sure: "\(Int((step.confidence * 100).rounded(.down))) %"
          + (step.isCertain ? "" : " uncertain"),
        notes: step.evidence.map { Self.printable($0) }
          + step.doubts.map { "? " + Self.printable($0) }
      )
    }
    let first = max(shown.map { $0.what.count }.max() ?? 0, 4)
    let second = min(max(shown.map { $0.answer.count }.max() ?? 0, 6), 40)
    let third = shown.map(\.sure.count).max() ?? 0
    var column = first + second + max(third, 5) + 6
    var indent = String(repeating: " ", count: column)
    // Where the notes would have no room beside the answers, they stand below.
    let isNarrow = width.map { $0 - column < 24 } ?? false
    if isNarrow {
      column = first + 2
      indent = String(repeating: " ", count: column)
    }
    var lines: [String] = []
    for step in shown {
      var head = Self.pad(step.what, first) + "  " + Self.pad(step.answer, second) + "  "
      head += Self.pad(step.sure, max(third, 5)) + "  "
      let notes = step.notes.flatMap { Self.wrap($0, to: width.map { $0 - column }) }
      lines.append(isNarrow ? head : head + (notes.first ?? ""))
      lines += notes.dropFirst(isNarrow ? 0 : 1).map { indent + $0 }
    }
    return lines.map { Self.trimEnd($0) + "\n" }.joined()
  }

  /// The text in lines of at most `width` characters, broken at spaces; in one where that is nil.
  public static func wrap(_ text: String, to width: Int?) -> [String] {
    guard let width, text.count > max(width, 16) else { return [text] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, line.count + 1 + word.count > max(width, 16) {
        lines.append(line)
        line = "  "
      } else if !line.isEmpty {
        line += " "
      }
      line += word
    }
    return lines + [line]
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func trimEnd(_ text: String) -> String {
    var text = text
    while text.last == " " { text.removeLast() }
    return text
  }

  /// Control characters, and those that turn text around, are shown by their number.
  static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let kind = scalar.properties.generalCategory
      if kind == .control || kind == .format || kind == .lineSeparator
        || kind == .paragraphSeparator
      {
        result += "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
