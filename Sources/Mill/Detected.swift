import Bytes
import Canonical
import Conversion
import Detection
import Formats

extension ConversionReport {
  /// The format, for manifests and receipts.
  var formatName: String { findings.format }

  /// The compression, for manifests and receipts.
  var compressionName: String { compression.rawValue }

  /// The encoding, for manifests and receipts.
  var encodingName: String { findings.encoding.name }

  /// What was found out about the drop, in an order for people.
  var detected: [(name: String, value: String)] {
    let common = [
      ("format", formatName), ("compression", compressionName), ("encoding", encodingName),
    ]
    if let sheet = findings.sheet { return common + [("sheet", sheet)] + table + uncertain }
    if case .json(let layout) = findings.layout {
      return common + [("records_at", layout.text)] + uncertain
    }
    return common + table + uncertain
  }

  /// The answers that may not be relied on, with what comes next and what would settle it.
  private var uncertain: [(name: String, value: String)] {
    findings.uncertain.map {
      ("uncertain_\($0.what)", ([$0.answer] + $0.remarks).joined(separator: "; "))
    }
  }

  private var table: [(name: String, value: String)] {
    guard case .delimited(let layout) = findings.layout else { return [] }
    var found: [(name: String, value: String)] = []
    if let columns = layout.fixedWidth {
      found.append(("widths", columns.widths.map(String.init).joined(separator: ", ")))
    } else {
      found.append(("delimiter", String(decoding: layout.dialect.delimiter, as: UTF8.self)))
      let quote = layout.dialect.quote.map { String(decoding: [$0], as: UTF8.self) }
      found.append(("quote", quote ?? "none"))
    }
    found.append(("header_rows", String(layout.headerRows)))
    if layout.preambleLines > 0 { found.append(("preamble_lines", String(layout.preambleLines))) }
    return found
  }
}
