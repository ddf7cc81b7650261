import Bytes
import Conversion
import Detection
import Formats

/// What can be fuzzed, and what must hold for any bytes.
enum FuzzTarget: String, CaseIterable {
  /// Any bytes, nothing stated.
  case detection
  case delimited
  case json
  case xml
  /// The first byte names an encoding, the rest is text in it.
  case encodings
  /// gzip, bzip2, xz, Zstandard, zip, as the first bytes say.
  case packed
  /// The markup of a sheet, packed into a workbook.
  case workbook

  /// One execution in how many goes through everything, and so through whole conversions.
  private var wholeOneIn: UInt64 {
    switch self {
    case .detection, .delimited: 256
    case .packed: 64
    case .json, .xml, .encodings, .workbook: 64
    }
  }

  /// Ends the process where something does not hold.
  func run(_ bytes: [UInt8]) {
    let share = Share(bytes, wholeOneIn: wholeOneIn)
    var statement = Statement()
    switch self {
    case .detection:
      Self.detect(bytes, share)
    case .delimited:
      statement.layout.format = .csv
      CutDigest.check(bytes, GlancedLayout.delimited(bytes, share), share)
    case .json:
      statement.layout.format = .json
      CutDigest.check(bytes, GlancedLayout.json(bytes), share)
    case .xml:
      statement.layout.format = .xml
      if let layout = GlancedLayout.xml(bytes) { CutDigest.check(bytes, layout, share) }
    case .encodings: return Self.decode(bytes, share)
    case .packed: Self.unpack(bytes, share)
    case .workbook:
      let workbook = StoredZip.workbook(sheet: bytes)
      WorkbookText.check(workbook, share)
      if share.isWhole { FuzzedDrop.check(workbook, statement) }
      return
    }
    if share.isWhole { FuzzedDrop.check(bytes, statement) }
  }

  /// What is found can be read in blocks of any size.
  private static func detect(_ bytes: [UInt8], _ share: Share) {
    if share.isOne(in: 64, 20) { findAgain(bytes) }
    // Bytes that the encoding cannot hold are read as detection reads them: places hang on their lengths.
    var stated = StatedLayout()
    // To weigh all old encodings costs more than all else.
    if !share.isOne(in: 64, 21), TextEncoding.validUTF8(bytes) < bytes.count {
      stated.encoding = TextEncoding(named: "windows-1252")
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard let findings = try? Detector.detect(head: bytes, isWhole: true, stated: stated),
      let text = findings.encoding == .utf8
        ? bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes
        : try? findings.encoding.decode(bytes, marks: true)
    else { return }
    CutDigest.check(text, findings.layout, share)
  }

  /// A text with rows more or fewer is found to be what a search finds, though the one before is known.
  private static func findAgain(_ bytes: [UInt8]) {
    func found(_ text: [UInt8], _ latest: LatestTables?) -> (layout: Layout, answers: [String])? {
      guard let found = try? Detector.detect(head: text, isWhole: true, latest: latest) else {
        return nil
      }
      return (found.layout, found.steps.map { "\($0.what) \($0.answer) \($0.isCertain)" })
    }
    let latest = LatestTables()
    guard case .delimited = found(bytes, latest)?.layout else { return }
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    for text in [lines + lines.suffix(2), lines.prefix(1) + lines.dropFirst(lines.count / 2)] {
      let text = Array(text.joined(separator: [0x0A]))
      let (known, searched) = (found(text, latest), found(text, nil))
      expect(known?.layout, searched?.layout, "the layout of a text like the one before")
      expect(known?.answers, searched?.answers, "the findings of a text like the one before")
    }
  }

  /// Pieces of any size decode to the same text, which is UTF-8.
  ///
  /// One size is drawn; all are tried where everything is.
  private static func decode(_ bytes: [UInt8], _ share: Share) {
    guard let first = bytes.first else { return }
    let encoding = TextEncoding.all[Int(first) % TextEncoding.all.count]
    let input = Array(bytes.dropFirst())
    func decoded(_ piece: Int, replaces: Bool) -> StreamContent {
      StreamContent(piece: piece) { () throws(BytesError) in
        let source = PieceStream(input, piece: piece)
        return try DecodeStream(over: source, encoding: encoding, replaces: replaces)
      }
    }
    let whole = decoded(.max, replaces: false)
    for piece in share.some(of: [1, 3, 7]) {
      expect(decoded(piece, replaces: false), whole, "\(encoding.name) in pieces of \(piece)")
    }
    expect(TextEncoding.validUTF8(whole.bytes), whole.bytes.count, "\(encoding.name) gives UTF-8")
    guard share.isOne(in: 4, 30) else { return }
    let replaced = decoded(.max, replaces: true)
    expect(replaced.failure, nil, "\(encoding.name) with U+FFFD")
    expect(decoded(2, replaces: true), replaced, "\(encoding.name) with U+FFFD in pieces")
    if whole.failure == nil {
      expect(replaced.bytes, whole.bytes, "\(encoding.name), nothing wrong")
    }
  }

  /// Pieces of any size unpack to the same bytes, or fail alike.
  ///
  /// The ratio is not asked: it is held at each step, and steps are what the pieces change. Where a
  /// step passes the total and meets damage behind it, the whole shows the damage, the pieces the total.
  private static func unpack(_ bytes: [UInt8], _ share: Share) {
    let total: UInt64 = share.isWhole ? 1 << 20 : 1 << 14
    let limits = InflateLimits(ratio: .max, free: total, total: total)
    let tooFar = "inflates-too-far"
    func unpacked(_ piece: Int, _ library: InflateLibrary) -> StreamContent {
      StreamContent(piece: piece) { () throws(BytesError) in
        let source = PieceStream(bytes, piece: piece)
        return try Uncompressed(of: source, limits: limits, library: library).stream
      }
    }
    let whole = unpacked(.max, .fastest)
    for piece in share.some(of: [1, 5, 64]) {
      let found = unpacked(piece, .fastest)
      expect(found.failure == nil, whole.failure == nil, "whether pieces of \(piece) unpack")
      if found.failure != tooFar && whole.failure != tooFar {
        expect(found.failure, whole.failure, "unpacked in pieces of \(piece)")
      }
      // Of what is damaged, more or less may come out before the damage shows.
      if whole.failure == nil { expect(found.bytes, whole.bytes, "unpacked in pieces of \(piece)") }
    }
    guard share.isOne(in: 2, 40) else { return }
    // The libraries may give up at different bytes; what is whole is the same from both.
    let other = unpacked(.max, .zlib)
    expect(other.failure == nil, whole.failure == nil, "whether zlib unpacks it, too")
    if whole.failure == nil { expect(other.bytes, whole.bytes, "unpacked by zlib") }
  }
}
