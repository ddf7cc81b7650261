import Bytes
import Canonical
import Formats
import Records

/// Writes rows as canonical lines, as a conversion's first block is written.
final class CanonicalRows: Sendable {
  private static let writer = CanonicalWriter(key: nil)
  private static let block = CanonicalBlock()

  private let layout: Layout
  private let typesItsValues: Bool
  private let isText: Bool

  /// For rows of that layout; `isText` says that the whole text is UTF-8.
  init(_ layout: Layout, isText: Bool) {
    self.layout = layout
    typesItsValues = if case .json = layout { true } else { false }
    // The other readers take rows with such bytes out themselves.
    if case .delimited = layout { self.isText = isText } else { self.isText = true }
  }

  /// A row is a line or a reject, and a line is canonical.
  func check(_ rows: RowBlock, _ names: [[UInt8]]) {
    guard isText, rows.width == names.count else { return }
    let names = ColumnNames.canonical(names.map { String(decoding: $0, as: UTF8.self) })
    var evidence = names.map { _ in ColumnEvidence() }
    CanonicalWriter.infer(rows, plan: plan(names, evidence), into: &evidence)
    let block = Self.block
    Self.writer.write(rows, plan: plan(names, evidence), into: block)
    // More of a column may have to be seen: a conversion reads it again.
    if block.isViolated { return }
    let wanted = rows.count + rows.rejects.count
    expect(block.count + block.rejects.count, wanted, "lines and rejects under \(layout)")
    var lines: [UInt8] = []
    block.append(to: &lines)
    expect(TextEncoding.validUTF8(lines), lines.count, "lines are UTF-8 under \(layout)")
    expect(
      CanonicalLines().firstFault(in: lines)?.found,
      nil,
      "lines are canonical under \(layout)"
    )
  }

  private func plan(_ names: [String], _ evidence: [ColumnEvidence]) -> Plan {
    let known = names.map { _ in ColumnType?.none }
    let verdicts = Proof.verdicts(evidence, known: known, typesItsValues: typesItsValues)
    return Plan(names: names, verdicts: verdicts, known: known, typesItsValues: typesItsValues)
  }
}
