import Canonical
import Conversion
import Detection
import Records

/// The columns of a drop for people and for machines: what they are proven to be, what they look
/// like, and what would settle each doubt.
struct ColumnTable {
  private struct Column {
    var name: String
    var type: ColumnType
    var mixture: ColumnProfile.Mixture
    var nulls: [ConversionReport.NullWord]
    var doubt: Doubt?
  }

  private let columns: [Column]

  /// The columns of a report, with their profiles in the same order.
  init(_ report: ConversionReport, _ profiles: [ColumnProfile]) {
    let doubts = Dictionary(report.doubts.map { ($0.name, $0.doubt) }) { first, _ in first }
    let nulls = Dictionary(grouping: report.nullWords, by: \.name)
    columns = report.names.enumerated().map { index, name in
      Column(
        name: name,
        type: report.schema.type(of: name) ?? .empty,
        mixture: index < profiles.count
          ? profiles[index].mixture : ColumnProfile.Mixture(kind: .empty),
        nulls: nulls[name] ?? [],
        doubt: doubts[name]
      )
    }
  }

  /// A line a column: name, proven type, and below it what has to be said.
  func text(width: Int?) -> String {
    let first = min(32, max(6, columns.map(\.name.count).max() ?? 0))
    let second = max(4, columns.map(\.type.name.count).max() ?? 0)
    var column = first + second + 6
    let isNarrow = width.map { $0 - column < 30 } ?? false
    if isNarrow { column = 6 }
    let indent = String(repeating: " ", count: column)
    var text = ""
    for entry in columns {
      let notes = Self.notes(of: entry).flatMap { Findings.wrap($0, to: width.map { $0 - column }) }
      var line = "  " + Self.pad(Talk.printable(entry.name), first)
      line +=
        "  " + (notes.isEmpty || isNarrow ? entry.type.name : Self.pad(entry.type.name, second))
      if !isNarrow, let note = notes.first { line += "  " + note }
      text += line + "\n"
      for note in notes.dropFirst(isNarrow ? 0 : 1) { text += indent + note + "\n" }
    }
    return text
  }

  /// Further members of the file's JSON: `kinds` beside the types, and all that is said of columns.
  var members: [(String, String)] {
    [
      ("kinds", Findings.array(columns.map { Findings.quote($0.mixture.kind.rawValue) })),
      ("column_findings", Findings.array(columns.map(Self.json))),
    ]
  }

  private static func notes(of column: Column) -> [String] {
    var notes: [String] = []
    let mixture = column.mixture
    if column.type == .string, mixture.kind != .string, mixture.kind != .empty {
      notes.append("looks like \(mixture.kind.rawValue)")
    } else if let note = unlike(mixture.kind, column.type) {
      notes.append(note)
    }
    if mixture.anomalyCount > 0 {
      let shown = mixture.anomalies.map { "“\(Talk.printable($0.text))” \($0.count)" }
      let list = shown.isEmpty ? "" : ": " + shown.joined(separator: ", ")
      notes.append("\(mixture.anomalyCount) odd values\(list)")
    }
    if !column.nulls.isEmpty {
      let words = column.nulls.map { "\($0.word) \($0.count)" }.joined(separator: ", ")
      notes.append("null where it says \(words)")
    } else if column.type == .string, !mixture.missing.isEmpty, mixture.kind != .string {
      let words = mixture.missing.map { "\($0.word) \($0.count)" }.joined(separator: ", ")
      notes.append("says that values are missing: \(words)")
    }
    for suspect in mixture.suspects {
      notes.append("\(suspect.value) stands \(suspect.count) times: a code for a missing value?")
    }
    if let advice = advice(for: column) { notes.append("? " + advice) }
    return notes
  }

  /// Where people would call a proven type by another name.
  private static func unlike(_ kind: ColumnKind, _ type: ColumnType) -> String? {
    switch (kind, type) {
    case (.year, .integer): "years"
    case (.date, .integer): "days written as numbers"
    case (.dateTime, .integer): "seconds or milliseconds since 1970"
    default: nil
    }
  }

  /// What would settle the column's doubt, and where to say it.
  private static func advice(for column: Column) -> String? {
    if let doubt = column.doubt { return doubt.advice }
    let mixture = column.mixture
    guard column.type == .string, mixture.anomalyCount > 0 else { return nil }
    switch mixture.kind {
    case .string, .empty, .object, .array: return nil
    default: return "If the odd values mean that there is none, state `null-words`."
    }
  }

  private static func json(_ column: Column) -> String {
    let mixture = column.mixture
    func counted(_ words: [(String, Int)], _ label: String) -> String {
      Findings.array(
        words.map { Findings.object([(label, Findings.quote($0.0)), ("count", "\($0.1)")]) }
      )
    }
    return Findings.object([
      ("name", Findings.quote(column.name)), ("type", Findings.quote(column.type.name)),
      ("kind", Findings.quote(mixture.kind.rawValue)),
      ("nulls", counted(column.nulls.map { ($0.word, Int($0.count)) }, "word")),
      ("missing", counted(mixture.missing, "word")),
      ("anomalies", "\(mixture.anomalyCount)"), ("examples", counted(mixture.anomalies, "text")),
      ("suspects", counted(mixture.suspects.map { ("\($0.value)", $0.count) }, "text")),
      ("doubt", column.doubt.map { Findings.quote($0.rawValue) } ?? "null"),
      ("settle", advice(for: column).map(Findings.quote) ?? "null"),
    ])
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
