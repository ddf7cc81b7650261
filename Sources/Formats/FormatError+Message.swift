extension FormatError {
  /// The stable code of the error, as in `docs/errors.md`.
  public var code: String {
    switch self {
    case .recordTooLong: "record-too-long"
    case .quoteNeverCloses: "quote-never-closes"
    case .notWellFormed: "not-well-formed"
    case .endsEarly: "ends-early"
    case .tooDeep: "nested-too-deep"
    case .entity: "entity"
    case .tooManyColumns: "drop-too-many-columns"
    case .recordsNotFound: "records-not-found"
    case .sheetNotFound: "sheet-not-found"
    case .emptyFile: "empty-file"
    case .unknownFormat: "unknown-format"
    }
  }

  /// Line and column of the place, where there is one; column 0 means the whole line.
  public var place: (line: UInt64, column: UInt64)? {
    switch self {
    case .recordTooLong(let line, _), .endsEarly(_, let line), .tooDeep(let line, _),
      .entity(let line, _):
      (line, 0)
    case .quoteNeverCloses(let line, let column), .notWellFormed(_, let line, let column, _):
      (line, column)
    case .tooManyColumns, .recordsNotFound, .sheetNotFound, .emptyFile, .unknownFormat: nil
    }
  }

  /// What happened and what to do, in one or two sentences.
  public var message: String {
    switch self {
    case .recordTooLong(_, let limit):
      "The record is longer than \(limit) bytes. Look for a quote that never closes, or raise the limit."
    case .quoteNeverCloses:
      "The quote that opens here never closes. Look for a lone \" near there."
    case .notWellFormed(let format, _, _, let found):
      "This is not well-formed \(format): \(found)."
    case .endsEarly(let format, _):
      "The \(format) document ends before it is complete. The upload is likely incomplete: send it again."
    case .tooDeep(_, let limit):
      "Values are nested deeper than \(limit) levels."
    case .entity(_, let found):
      "\(found). Entities are expanded only when the document itself defines them, and within limits."
    case .tooManyColumns(let count, let limit):
      "The table has \(count) columns or more; the limit is \(limit)."
    case .recordsNotFound(let path):
      "Nothing in the document lies at “\(path)”, where the records should be. "
        + "State the feed's record path, or leave it to detection."
    case .sheetNotFound(let name, let sheets):
      "The workbook has no sheet “\(name)”. It has: \(sheets.map { "“\($0)”" }.joined(separator: ", "))."
    case .emptyFile:
      "The file holds not one byte. Its export likely failed: send it again."
    case .unknownFormat(let found):
      "The content is no delimited text, JSON or XML that can be named: \(found)."
    }
  }
}
