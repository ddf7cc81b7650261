import Formats
import Synchronization

/// The tables that were found last and are beyond doubt: most drops are such a table once more.
///
/// What is found stays the same, found sooner.
public final class LatestTables: Sendable {
  /// Feeds whose drops may come in turn.
  private static let limit = 8

  let held = Mutex<[TablePattern]>([])

  /// None yet.
  public init() {}

  /// The table of a text that is like one of them, and the steps towards it.
  func table(of text: [UInt8], _ stated: StatedLayout) -> (
    layout: DelimitedLayout, steps: [Finding]
  )? {
    for pattern in held.withLock({ $0 }) {
      guard let layout = pattern.layout(of: text, stated) else { continue }
      let steps = pattern.steps.map { step in
        var step = step
        step.evidence = ["as in an earlier text with the same header"]
        return step
      }
      return (layout, steps)
    }
    return nil
  }

  /// Keeps a pattern, in place of one with the same header, or of the one that was kept first where there
  /// are many.
  func keep(_ pattern: TablePattern) {
    held.withLock { held in
      held.removeAll(where: pattern.isLike)
      held.insert(pattern, at: 0)
      if held.count > Self.limit { held.removeLast() }
    }
  }
}
