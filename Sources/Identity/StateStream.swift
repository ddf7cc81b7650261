import Files
import Records

/// Goes through the states of sorted runs one by one, and through their texts where they have some.
@safe
struct StateStream {
  /// A key and the record it had.
  struct State {
    var key: Fingerprint
    var record: Fingerprint
  }

  /// The state it stands at; nil at the end.
  private(set) var current: State?
  /// Where the text of the current state lies among the texts.
  private(set) var text = 0..<0
  private let run: OpenRun?
  private let reader: MergeReader
  private var block: UnsafeBufferPointer<Fingerprint>
  private var place = 0

  /// The states of a run; none where there is no run.
  init(_ run: OpenRun?) throws(IdentityError) {
    self.run = run
    reader = MergeReader(run.map { [RunCursor(of: $0)] } ?? [], width: 2)
    unsafe block = unsafe UnsafeBufferPointer(start: nil, count: 0)
    try advance()
  }

  /// Goes on to the next state.
  mutating func advance() throws(IdentityError) {
    if unsafe place == block.count {
      unsafe block = unsafe try reader.next()
      place = 0
    }
    guard unsafe place < block.count else {
      current = nil
      return
    }
    // Safe: states have two fingerprints, and the block is valid until the reader goes on.
    current = unsafe State(key: block[place], record: block[place + 1])
    place += 2
    if let run, run.header.textSize > 0 { try nextText(of: run) }
  }

  /// The bytes of the current text; unsafe: they live as long as the run.
  var textBytes: UnsafeRawBufferPointer {
    guard let run else { return unsafe UnsafeRawBufferPointer(start: nil, count: 0) }
    // Safe: the range was found in the run's texts.
    return unsafe UnsafeRawBufferPointer(rebasing: run.texts[text])
  }

  private mutating func nextText(of run: OpenRun) throws(IdentityError) {
    let rest = unsafe run.texts[text.upperBound...]
    guard let end = unsafe rest.firstIndex(of: 0x0A) else {
      throw .damaged(run: run.label, found: "it has fewer texts than fingerprints")
    }
    text = text.upperBound..<end + 1
  }
}
