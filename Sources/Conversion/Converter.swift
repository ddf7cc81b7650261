import Bytes
import Canonical
public import Detection
import Formats
import Records

/// Turns one drop's bytes into canonical blocks under a schema: the data plane behind one door.
public struct Converter: Sendable {
  /// Bytes that detection looks at.
  public static let headBytes = 1 << 20

  /// How drops are converted.
  public let settings: ConversionSettings

  private let pool = ShuttlePool()
  private let latest = LatestColumns()
  private let latestTables = LatestTables()

  /// A converter of those settings.
  public init(settings: ConversionSettings) {
    self.settings = settings
  }

  /// What the content of the file open at `descriptor` is, by what is stated and its first bytes.
  public func detect(
    descriptor: Int32,
    name: [UInt8],
    statement: Statement = Statement()
  ) throws(ConversionError) -> Findings {
    let content = try open(descriptor, statement)
    return try detect(content, name: name, statement.layout, latest: nil)
  }

  /// Converts the file open at `descriptor`, which must be regular: it may be read more than once.
  ///
  /// - Parameters:
  ///   - descriptor: stays the caller's to close; its offset is left alone.
  ///   - name: the file's raw name, a hint for detection.
  ///   - known: what is known of the drop's feed; nil: nothing.
  ///   - statement: what the feed's settings say of the drop, so that it is not guessed.
  ///   - sink: takes the blocks in order.
  /// - Returns: what was found and done.
  /// - Throws: `ConversionError`; then nothing that the sink was given counts.
  public func convert(
    descriptor: Int32,
    name: [UInt8],
    known: KnownFeed?,
    statement: Statement = Statement(),
    sink: any RecordSink
  ) throws(ConversionError) -> ConversionReport {
    var stated = statement.layout
    var layout: Layout?
    var assumption: Assumption?
    var hash: (sha256: [UInt8], bytes: UInt64)?
    var isProven = false
    var spare: Int?
    var text = TextFindings(stated: statement.layout.encoding)
    var number = 0
    var whole = 0
    // Two passes prove the types, a few short ones before them; an encoding that the head hid costs
    // one or two more.
    while whole < 6 {
      number += 1
      if number > 1 { try restart(sink) }
      let content = try open(descriptor, statement)
      let earlyBlocks = spare ?? Self.spareBlocks(content)
      stated.encoding = text.encoding
      var findings = try detect(content, name: name, stated, latest: latestTables)
      if !findings.isEncodingProven, !content.isWhole, text.census == nil {
        // The head may hold the only spoilt place of a text that is UTF-8 otherwise.
        text.take(try open(descriptor, statement).census(in: .utf8), in: .utf8)
        if text.isSpoilt {
          stated.encoding = text.encoding
          findings = try detect(content, name: name, stated, latest: latestTables)
        }
      }
      text.tell(&findings)
      if let layout { findings.layout = layout }
      var pass = try self.pass(
        over: try content.text(
          findings,
          isHashed: settings.hashesContent && hash == nil,
          marks: text.isSpoilt
        ),
        findings,
        text,
        known ?? .new,
        statement: statement,
        assumption: assumption,
        isProven: isProven,
        earlyBlocks: earlyBlocks
      )
      let outcome = try run(&pass, sink, mayBeOther: text.mayBeOther(findings))
      isProven = false
      whole += 1
      switch outcome {
      case .done:
        return report(pass, findings, content, hash ?? content.hash(), passes: number)
      case .again:
        hash = hash ?? content.hash()
        assumption = pass.assumption
        isProven = true
      case .early(let blocks):
        assumption = pass.assumption
        spare = earlyBlocks - max(blocks, 1)
        whole -= 1
      case .otherLayout(let wider):
        hash = hash ?? content.hash()
        layout = wider
        assumption = nil
      case .invalidText(let cause):
        try settle(&text, findings, cause, descriptor, statement)
        layout = nil
        assumption = nil
      }
    }
    throw .unstable
  }

  /// Blocks that may be read in vain, in all, before the whole drop is learnt from.
  ///
  /// German dates of a file that begins in January prove their order on the thirteenth: for a third
  /// of the drop, and for the few blocks of a small one, another start is cheaper than two readings.
  private static func spareBlocks(_ content: Content) -> Int {
    max(32, content.fileSize / 3 / BlockCutter.blockSize)
  }

  /// The content of a file from its beginning.
  func open(
    _ descriptor: Int32,
    _ statement: Statement
  ) throws(ConversionError) -> Content {
    try Content(
      descriptor: descriptor,
      limits: statement.inflateLimits,
      sheet: statement.layout.sheet
    )
  }

  private func restart(_ sink: any RecordSink) throws(ConversionError) {
    do {
      try sink.restart()
    } catch {
      throw .sink(error)
    }
  }

  private func detect(
    _ content: Content,
    name: [UInt8],
    _ stated: StatedLayout,
    latest: LatestTables?
  ) throws(ConversionError) -> Findings {
    do {
      // Safe: the head is copied before the stream is read.
      var findings = unsafe try Detector.detect(
        head: Array(content.head),
        isWhole: content.isWhole,
        name: name,
        compression: content.compression,
        stated: stated,
        latest: latest
      )
      content.sheet?.add(to: &findings)
      return findings
    } catch {
      throw .format(error)
    }
  }

  /// Settles what content is in that is not all in the encoding it was read in.
  private func settle(
    _ text: inout TextFindings,
    _ findings: Findings,
    _ cause: BytesError?,
    _ descriptor: Int32,
    _ statement: Statement
  ) throws(ConversionError) {
    let encoding = findings.encoding
    let isCertain = findings.isEncodingProven || text.isLikeliest
    if encoding == .utf8 || isCertain {
      let census = try open(descriptor, statement).census(in: encoding)
      text.take(census, in: encoding, isMarked: findings.bomLength > 0 || encoding.isWide)
      if text.isSpoilt { return }
    }
    guard !text.isStated, encoding == .utf8 || !isCertain else {
      let offset = text.census?.firstMistake ?? 0
      throw .bytes(cause ?? .notInEncoding(encoding: encoding.name, offset: offset))
    }
    let statistics = try open(descriptor, statement).statistics()
    text.take(Detector.legacyEncoding(statistics))
  }

  private func run(
    _ pass: inout Pass,
    _ sink: any RecordSink,
    mayBeOther: Bool
  ) throws(ConversionError) -> Pass.Outcome {
    do {
      return try pass.run(sink: sink)
    } catch {
      if mayBeOther, case .bytes(.notInEncoding) = error, case .bytes(let cause) = error {
        return .invalidText(cause)
      }
      throw error
    }
  }

  private func pass(
    over text: any ByteStream,
    _ findings: Findings,
    _ textFindings: TextFindings,
    _ feed: KnownFeed,
    statement: Statement,
    assumption: Assumption?,
    isProven: Bool,
    earlyBlocks: Int
  ) throws(ConversionError) -> Pass {
    let limits = statement.limits
    var rawNames: [[UInt8]] = []
    let makeReader: @Sendable ([[UInt8]]) -> any RecordReader
    let source: any BlockSource & Sendable
    switch findings.layout {
    case .empty:
      makeReader = { _ in EmptyReader() }
      source = bytes(text, EmptySplitter())
    case .delimited(let layout):
      guard layout.names.count <= limits.columns else {
        throw .format(.tooManyColumns(count: layout.names.count, limit: limits.columns))
      }
      rawNames = layout.names.map { Array($0.utf8) }
      makeReader = { _ in DelimitedReader(layout: layout, limits: limits) }
      let text = Self.cut(text, layout, limits)
      source = bytes(text, DelimitedSplitter(layout: layout, limits: limits))
    case .json(let layout):
      makeReader = { JSONReader(layout: layout, names: $0, limits: limits) }
      source = bytes(text, JSONSplitter(layout: layout, limits: limits))
    case .xml(let layout):
      let layout = layout.joined(with: Self.facts(feed.schema, layout))
      makeReader = { XMLReader(layout: layout, names: $0, limits: limits) }
      source = XMLSource(bytes(text, XMLSplitter(layout: layout, limits: limits)), layout: layout)
    }
    let (unseen, plan) = latest.assumption(of: rawNames, rules: statement.names)
    let pass = Pass(
      source: source,
      makeReader: makeReader,
      settings: settings,
      pool: pool,
      feed: feed,
      statement: statement,
      typesItsValues: findings.layout.typesItsValues,
      text: textFindings.rules(for: findings),
      assumption: assumption ?? unseen,
      isProven: isProven,
      earlyBlocks: earlyBlocks,
      like: plan
    )
    if plan == nil { latest.keep(pass.plan) }
    return pass
  }

  /// The text with delimiters where its columns have fixed places.
  private static func cut(
    _ text: any ByteStream,
    _ layout: DelimitedLayout,
    _ limits: FormatLimits
  ) -> any ByteStream {
    guard let widths = layout.fixedWidth else { return text }
    let lineEnd = layout.dialect.lineEnd
    return FixedWidthStream(over: text, widths, lineEnd: lineEnd, lineLimit: limits.recordBytes)
  }

  private func bytes(_ text: any ByteStream, _ splitter: any RecordSplitter) -> ByteSource {
    ByteSource(BlockCutter(stream: text, splitter: splitter))
  }

  /// What the feed's schema says of the records' elements: arrays and objects stay what they were.
  private static func facts(_ known: Schema?, _ layout: XMLLayout) -> XMLLayout {
    var facts = XMLLayout(recordPath: layout.recordPath)
    for column in known?.columns ?? [] {
      if column.type == .array { facts.arrays.insert([column.name]) }
      if column.type == .object { facts.structured.insert([column.name]) }
    }
    return facts
  }

  /// What is odd where a document has its place of records and nothing lies there.
  private static func emptiness(_ pass: Pass, _ findings: Findings) -> [String] {
    guard pass.recordsRead == 0, let path = pass.statement.layout.records else { return [] }
    switch findings.layout {
    case .json, .xml: return ["No record lies at “\(path)”, which the settings state."]
    case .delimited, .empty: return []
    }
  }

  /// What is odd about files that were put one behind the other.
  private static func innerMarks(_ pass: Pass) -> [String] {
    switch pass.innerMarks {
    case 0: []
    case 1: ["A byte-order mark before a line inside the file was left out."]
    default: ["\(pass.innerMarks) byte-order marks before lines inside the file were left out."]
    }
  }

  private func report(
    _ pass: Pass,
    _ findings: Findings,
    _ content: Content,
    _ hash: (sha256: [UInt8], bytes: UInt64)?,
    passes: Int
  ) -> ConversionReport {
    ConversionReport(
      findings: findings,
      compression: content.compression,
      names: pass.plan.names,
      sourceNames: pass.sourceNames,
      schema: pass.plan.schema,
      present: pass.present
        + Array(repeating: 0, count: pass.plan.names.count - pass.present.count),
      doubts: pass.doubts,
      nullWords: pass.nullCounts.found(in: pass.plan.names),
      notations: pass.notations,
      recordsRead: pass.recordsRead,
      recordsRejected: pass.recordsRejected,
      rowsSetAside: pass.rowsSetAside,
      repairs: pass.repairs,
      recordsRepaired: pass.recordsRepaired,
      contentSHA256: hash?.sha256 ?? [],
      contentBytes: hash?.bytes ?? 0,
      passes: passes,
      warnings: content.warnings.map(\.message) + Self.emptiness(pass, findings)
        + Self.innerMarks(pass)
    )
  }
}
