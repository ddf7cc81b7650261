import Bytes
import Formats

extension Findings {
  /// One line of JSON: file, encoding, compression, format and where the records lie.
  ///
  /// `records` are those that a reader counted, `columns` those that it found where the head does not
  /// tell, `types` those that it proved, `more` further members, each with its JSON; members that do
  /// not apply are null. `rejected` of the records could not be read, `repaired` were read otherwise than
  /// they stand; rows `setAside` are no records.
  public func json(
    file: String,
    records: UInt64? = nil,
    rejected: UInt64? = nil,
    repaired: UInt64? = nil,
    setAside: UInt64? = nil,
    columns: [String]? = nil,
    types: [String]? = nil,
    more: [(String, String)] = []
  ) -> String {
    var members: [(String, String)] = [
      ("file", Self.quote(file)), ("encoding", Self.quote(encoding.name)),
      ("compression", compression == .none ? "null" : Self.quote(compression.rawValue)),
      ("format", Self.quote(format)),
    ]
    if case .delimited(let table) = layout {
      members += Self.members(of: table, skippedRows: skippedRows)
    } else {
      members += ["delimiter", "quote", "escape", "header", "header_rows", "skip_rows"].map {
        ($0, "null")
      }
      members += [("path", path.map(Self.quote) ?? "null")]
      let names = columns.map { "[" + $0.map(Self.quote).joined(separator: ",") + "]" }
      members.append(("columns", names ?? "null"))
    }
    let proven = types.map { "[" + $0.map(Self.quote).joined(separator: ",") + "]" }
    members.append(("types", proven ?? "null"))
    for (name, count) in [
      ("records", records), ("rejected", rejected), ("repaired", repaired), ("set_aside", setAside),
    ] {
      members.append((name, count.map { "\($0)" } ?? "null"))
    }
    members.append(("findings", Self.array(steps.map(Self.json))))
    return Self.object(members + more)
  }

  private static func json(_ step: Finding) -> String {
    object([
      ("what", quote(step.what)), ("answer", quote(step.answer)),
      ("confidence", "\((step.confidence * 1000).rounded() / 1000)"),
      ("evidence", array(step.evidence.map(quote))), ("doubts", array(step.doubts.map(quote))),
    ])
  }

  /// A JSON array of texts that are JSON.
  public static func array(_ elements: [String]) -> String {
    "[" + elements.joined(separator: ",") + "]"
  }

  /// A JSON object of members whose values are JSON.
  public static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { "\(quote($0)):\($1)" }.joined(separator: ",") + "}"
  }

  private static func members(
    of table: DelimitedLayout,
    skippedRows: Int
  ) -> [(String, String)] {
    let dialect = table.dialect
    let widths = table.fixedWidth.map { [("widths", array($0.widths.map(String.init)))] } ?? []
    let delimiter = String(decoding: shownDelimiter(table), as: UTF8.self)
    return widths + [
      ("delimiter", quote(widths.isEmpty ? delimiter : " ")),
      ("quote", quote(dialect.quote.map { String(decoding: [$0], as: UTF8.self) } ?? "")),
      ("escape", quote(dialect.escape == .doubled ? "" : "\\")),
      ("header", table.headerRows > 0 ? "true" : "false"),
      ("header_rows", "\(table.headerRows)"), ("skip_rows", "\(skippedRows)"), ("path", "null"),
      ("columns", "[" + table.names.map(quote).joined(separator: ",") + "]"),
    ]
  }

  /// The delimiter as a person would state it: without the space that follows it, and a comma
  /// where there is only one column.
  private static func shownDelimiter(_ table: DelimitedLayout) -> [UInt8] {
    let delimiter = table.dialect.delimiter
    if delimiter == StatedLayout.noDelimiter, table.names.count == 1 { return [0x2C] }
    if delimiter.count == 2 && delimiter[1] == 0x20 { return [delimiter[0]] }
    return delimiter
  }

  /// `csv`, `tsv`, `xlsx`, `json`, `xml` or `empty`.
  public var format: String {
    if sheet != nil { return "xlsx" }
    return switch layout {
    case .delimited(let table): table.dialect.delimiter == [0x09] ? "tsv" : "csv"
    case .json: "json"
    case .xml: "xml"
    case .empty: "empty"
    }
  }

  /// Where JSON's or XML's records lie.
  var path: String? {
    switch layout {
    case .json(let json): json.text
    case .xml(let xml): xml.text
    case .delimited, .empty: nil
    }
  }

  /// A JSON string.
  public static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
