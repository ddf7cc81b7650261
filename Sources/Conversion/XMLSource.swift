import Bytes
import Formats

/// Blocks of rows of an XML document: one thread parses, workers write.
final class XMLSource: BlockSource, @unchecked Sendable {
  // Sendable because a source has one owner at a time: the sequencer for the first block, then the
  // cutter's thread, then the sequencer again once that has ended.

  private let rows: XMLRowSource
  private var index = 0
  private(set) var isExhausted = false

  init(_ rows: XMLRowSource) { self.rows = rows }

  /// The layout with what the records have shown, where that is more than was assumed.
  var newLayout: Layout? { rows.hasNewFacts ? .xml(rows.facts) : nil }

  func fill(_ shuttle: Shuttle) throws(ConversionError) -> Bool {
    do {
      guard try rows.next(into: shuttle.rows) else {
        isExhausted = true
        return false
      }
    } catch {
      switch error {
      case .bytes(let error): throw .bytes(error)
      case .format(let error): throw .format(error)
      }
    }
    shuttle.index = index
    index += 1
    return true
  }
}
