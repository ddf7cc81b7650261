extension Findings {
  /// The findings as a person reads them: a line a step, its evidence and doubts below.
  public func table() -> String {
    let shown = steps.map { step in
      (
        what: step.what, answer: Self.printable(step.answer),
        sure: "\(Int((step.confidence * 100).rounded(.down))) %",
        notes: step.evidence.map { Self.printable($0) }
          + step.doubts.map { "? " + Self.printable($0) }
      )
    }
    let first = max(shown.map { $0.what.count }.max() ?? 0, 4)
    let second = min(max(shown.map { $0.answer.count }.max() ?? 0, 6), 40)
    var lines: [String] = []
    for step in shown {
      let head =
        Self.pad(step.what, first) + "  " + Self.pad(step.answer, second) + "  "
        + Self.pad(step.sure, 5)
      let indent = String(repeating: " ", count: first + second + 11)
      lines.append(head + "  " + (step.notes.first ?? ""))
      lines += step.notes.dropFirst().map { indent + $0 }
    }
    return lines.map { Self.trimEnd($0) + "\n" }.joined()
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
