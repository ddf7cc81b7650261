import Records

/// Reads records that do not stand as the table's others do.
///
/// How this works: each way to read the record's bytes, and to fit its fields to the columns, has
/// a cost in bits under what the columns hold. The cheapest wins where it is clearly cheaper than
/// the next and its values are like those of their columns; else the record is rejected as it is.
struct RowRepair: Sendable {
  let model: RowModel
  let dialect: Dialect

  /// Bits by which the best reading must be cheaper than the next.
  private static let margin = 3.0
  /// Bytes of a record that is worth the search.
  private static let limit = 1 << 15

  /// What came of a record.
  struct Reading {
    /// The fields of each record that the bytes turned out to hold.
    var rows: [[[UInt8]]]
    var kinds: [RepairCode]
    var bits: Double
  }

  /// The reading of `raw`, whose fields were taken for `fields`; nil where none stands out.
  func read(_ raw: [UInt8], fields: [RowReading.Field], isStray: Bool) -> Reading? {
    guard model.width > 1, raw.count <= Self.limit, model.count > 0 else { return nil }
    var found: [Reading] = []
    let usual = RowReading(
      rows: [fields],
      kinds: isStray ? [.quoteKept] : [],
      bits: isStray ? 8 : 0
    )
    for reading in [usual] + RowReading.others(raw, dialect) { fit(reading, into: &found) }
    found.sort { $0.bits < $1.bits }
    guard let best = found.first, best.rows.allSatisfy(isLikeOthers) else { return nil }
    let own = Set(fields.map(\.bytes))
    guard best.rows.allSatisfy({ keepsTypes($0, own: own) }) else { return nil }
    if let next = found.first(where: { $0.rows != best.rows }), next.bits < best.bits + Self.margin
    {
      return nil
    }
    return best
  }

  private func fit(_ reading: RowReading, into found: inout [Reading]) {
    let isUsual = reading.kinds.isEmpty || reading.kinds == [.quoteKept]
    if reading.rows.count == 1 {
      let way = RowAlignment(
        reading.rows[0],
        model,
        delimiter: dialect.delimiter,
        canEdit: isUsual
      )
      for candidate in way.candidates {
        found.append(
          Reading(
            rows: [candidate.fields],
            kinds: reading.kinds + candidate.kinds,
            bits: reading.bits + candidate.bits
          )
        )
      }
      return
    }
    // Several records in one must all be whole.
    var whole = Reading(rows: [], kinds: reading.kinds, bits: reading.bits)
    for row in reading.rows {
      guard row.count == model.width else { return }
      whole.rows.append(row.map(\.bytes))
      for (field, column) in zip(row, model.columns) {
        whole.bits += column.cost(field.bytes[...]).bits
      }
    }
    if !whole.rows.isEmpty { found.append(whole) }
  }

  /// Whether each value that the record did not hold so fits what its column holds.
  private func keepsTypes(_ row: [[UInt8]], own: Set<[UInt8]>) -> Bool {
    zip(row, model.columns).allSatisfy { own.contains($0) || $1.takes(mended: $0[...]) }
  }

  /// Whether most values are like those of their columns, and enough of them are there.
  private func isLikeOthers(_ row: [[UInt8]]) -> Bool {
    var filled = 0
    var fitting = 0
    for (field, column) in zip(row, model.columns) where !field.isEmpty {
      filled += 1
      if column.cost(field[...]).fits { fitting += 1 }
    }
    return filled >= 2 && Double(filled) * 2 >= model.usuallyFilled && fitting * 4 >= filled * 3
  }
}
