import Formats

/// Blocks of an XML document, and what its records show of their elements.
final class XMLSource: BlockSource, @unchecked Sendable {
  // Sendable because each part has one owner at a time: the blocks the sequencer for the first, then the
  // worker whose turn it is; the facts the sequencer alone.

  private let blocks: ByteSource
  private var facts: XMLFacts

  init(_ blocks: ByteSource, layout: XMLLayout) {
    self.blocks = blocks
    facts = XMLFacts(layout)
  }

  var isExhausted: Bool { blocks.isExhausted }

  /// The layout with what the records have shown, where that is more than was assumed.
  var newLayout: Layout? { facts.isNew ? .xml(facts.layout) : nil }

  func fill(_ shuttle: Shuttle) throws(ConversionError) -> Bool { try blocks.fill(shuttle) }

  func learn(from shuttle: Shuttle) throws(ConversionError) {
    do throws(FormatError) {
      for report in shuttle.reports { try facts.join(report) }
    } catch {
      throw .format(error)
    }
    shuttle.reports.removeAll(keepingCapacity: true)
  }

  func finish() throws(ConversionError) {
    do {
      try facts.finish()
    } catch {
      throw .format(error)
    }
  }
}
