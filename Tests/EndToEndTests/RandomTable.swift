import TestKit

/// A table of typed columns and its text in each form that an export may have.
struct RandomTable {
  /// A value as it is spelled in exports; nil is null.
  enum Value {
    case bare(String)
    case text(String)
    case null

    var spelling: String {
      switch self {
      case .bare(let text), .text(let text): text
      case .null: ""
      }
    }
  }

  private(set) var names: [String] = []
  private(set) var rows: [[Value]] = []
  private var generator: SeededGenerator

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    let kinds = ["id", "count", "amount", "paid", "day", "name", "note"]
    names = kinds.filter { $0 == "id" || $0 == "name" || generator.next() % 4 > 0 }
    let count = Int(generator.next() % 60) + 3
    rows = (0..<count).map { row in names.map { value(of: $0, row: row) } }
  }

  private mutating func value(of name: String, row: Int) -> Value {
    // The first three rows are complete, so that every column shows what it is.
    if row > 2, name != "id", generator.next() % 8 == 0 { return .null }
    switch name {
    case "id": return .bare("\(row + 1)")
    case "count": return .bare("\(Int(generator.next() % 2_000_000) - 1_000_000)")
    case "amount":
      let cents = generator.next() % 10_000_000
      return .bare("\(cents / 100).\(cents / 10 % 10)\(cents % 10)")
    case "paid": return .bare(row == 0 || (row > 1 && generator.next() % 2 == 0) ? "true" : "false")
    case "day":
      let (month, day) = (generator.next() % 12 + 1, generator.next() % 28 + 1)
      return .text("2026-\(month < 10 ? "0" : "")\(month)-\(day < 10 ? "0" : "")\(day)")
    default: return .text(words())
    }
  }

  private mutating func words() -> String {
    let pieces = [
      "Ann", "Müller", "O'Neil", "say \"so\"", "a, b", "x;y", "tab\there", "two\nlines", "山田",
      "🛒", "<b>&amp;", "back\\slash", "007", "née", "{}", "#1", "Ω",
    ]
    let count = Int(generator.next() % 3) + 1
    let chosen = (0..<count).map { _ in pieces[Int(generator.next() % UInt64(pieces.count))] }
    return "w " + chosen.joined(separator: " ") + "."
  }

  /// Delimited text; `isEager` quotes every field.
  func delimited(by delimiter: String, lineEnd: String, isEager: Bool) -> String {
    func field(_ text: String, isNull: Bool = false) -> String {
      let isPlain = !text.contains { "\"\n\r\t,;|".contains($0) }
      if isNull || (isPlain && !isEager) { return text }
      return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
    let header = names.map { field($0) }.joined(separator: delimiter)
    let lines = rows.map { row in
      row.map { value in
        if case .null = value { return "" }
        return field(value.spelling)
      }.joined(separator: delimiter)
    }
    return ([header] + lines).map { $0 + lineEnd }.joined()
  }

  /// One object a row, nulls written or left out.
  func objects(writesNulls: Bool) -> [String] {
    rows.map { row in
      let members = zip(names, row).compactMap { name, value -> String? in
        switch value {
        case .bare(let text): return "\"\(name)\": \(text)"
        case .text(let text): return "\"\(name)\": \(quoted(text))"
        case .null: return writesNulls ? "\"\(name)\": null" : nil
        }
      }
      return "{" + members.joined(separator: ", ") + "}"
    }
  }

  /// A document with an element a row.
  var xml: String {
    let elements = rows.map { row in
      "<row>"
        + zip(names, row).map { name, value in
          "<\(name)>\(escaped(value.spelling))</\(name)>"
        }.joined() + "</row>\n"
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rows>\n" + elements.joined() + "</rows>\n"
  }

  private func quoted(_ text: String) -> String {
    var result = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    result = result.replacing("\n", with: "\\n").replacing("\t", with: "\\t")
    return "\"\(result)\""
  }

  private func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
