public import Bytes

/// A workbook (`.xlsx`, ECMA-376) whose sheets are read as the delimited text that they would be saved as.
///
/// Numbers are written with all their digits and dates in ISO form, whatever their format shows.
@safe
public struct Workbook: Sendable {
  /// The names of the sheets that are shown, in their order.
  public let sheets: [String]

  private let archive: ZipArchive
  private let paths: [String: String]
  private let dates: SerialDate
  private let formats: [NumberFormat]
  private let texts: SharedStrings
  private let limits: InflateLimits

  // Sendable because nothing changes the texts once they are read.
  /// The texts that cells name by number.
  struct SharedStrings: @unchecked Sendable {
    let sink: SharedStringsSink
  }

  /// Whether an archive is a workbook.
  public static func isWorkbook(_ archive: ZipArchive) -> Bool {
    archive.entry(named: "[Content_Types].xml") != nil
      && archive.entries.contains { String(decoding: $0.name, as: UTF8.self) == path(of: archive) }
  }

  /// Reads all of a workbook but its sheets.
  ///
  /// - Throws: `BytesError.compressedDamaged` where a part is missing or cannot be read.
  public init(_ archive: ZipArchive, limits: InflateLimits = InflateLimits()) throws(BytesError) {
    self.archive = archive
    self.limits = limits
    let path = Self.path(of: archive)
    let folder = path.split(separator: "/").dropLast().joined(separator: "/")
    let workbook = WorkbookSink()
    try Self.read(path, of: archive, limits, into: workbook)
    let relations = RelationsSink()
    let name = path.split(separator: "/").last ?? ""
    try Self.read("\(folder)/_rels/\(name).rels", of: archive, limits, into: relations)
    let styles = StylesSink()
    let strings = SharedStringsSink()
    for (type, sink) in [("styles", styles as any MarkupSink), ("sharedStrings", strings)] {
      guard let target = relations.targetsByType[type] else { continue }
      try Self.read(Self.resolve(target, in: folder), of: archive, limits, into: sink)
    }
    if strings.isOverLimit {
      throw .inflatesTooFar(compressed: 0, inflated: UInt64(SharedStringsSink.limit))
    }
    var paths: [String: String] = [:]
    for sheet in workbook.sheets {
      guard let target = relations.targets[sheet.relation], !target.contains("chartsheets/") else {
        continue
      }
      paths[sheet.name] = Self.resolve(target, in: folder)
    }
    let known = workbook.sheets.filter { paths[$0.name] != nil }
    let shown = known.filter { !$0.isHidden }
    sheets = (shown.isEmpty ? known : shown).map(\.name)
    self.paths = paths
    dates = SerialDate(is1904: workbook.is1904)
    formats = styles.formats
    texts = SharedStrings(sink: strings)
  }

  /// The text of the sheet of that name, or of the first that holds a cell.
  ///
  /// - Returns: the sheet's name, and its rows as RFC 4180 text; nil where there is no such sheet.
  public func text(
    ofSheet name: String? = nil
  ) throws(BytesError) -> (name: String, stream: any ByteStream, cells: SheetExtent)? {
    for sheet in name.map({ [$0] }) ?? sheets {
      guard let path = paths[sheet] else { continue }
      let extent = try measure(path)
      if extent.columns.isEmpty, name == nil, sheet != sheets.last { continue }
      let writer = SheetWriter(texts: texts.sink, formats: formats, dates: dates, extent: extent)
      let stream = SheetStream(try open(path), part: path, writer: writer)
      return (sheet, stream, extent)
    }
    return nil
  }

  /// Where a sheet's cells lie: what is outside is left out of every row.
  private func measure(_ path: String) throws(BytesError) -> SheetExtent {
    let sink = SheetExtentSink()
    try Markup.read(try open(path), part: path, into: sink)
    return sink.extent
  }

  private func open(_ path: String) throws(BytesError) -> ZipEntryStream {
    try Self.open(path, of: archive, limits)
  }

  private static func open(
    _ path: String,
    of archive: ZipArchive,
    _ limits: InflateLimits
  ) throws(BytesError) -> ZipEntryStream {
    guard let entry = archive.entry(named: path) else {
      throw .compressedDamaged(offset: 0, found: "the workbook holds no \(path)")
    }
    return try ZipEntryStream(of: archive, entry: entry, limits: limits)
  }

  private static func read(
    _ path: String,
    of archive: ZipArchive,
    _ limits: InflateLimits,
    into sink: any MarkupSink
  ) throws(BytesError) {
    try Markup.read(try open(path, of: archive, limits), part: path, into: sink)
  }

  /// Where the workbook's own part lies: `xl/workbook.xml`, unless its archive says otherwise.
  private static func path(of archive: ZipArchive) -> String {
    let relations = RelationsSink()
    if let entry = archive.entry(named: "_rels/.rels"),
      let stream = try? ZipEntryStream(of: archive, entry: entry),
      (try? Markup.read(stream, part: "_rels/.rels", into: relations)) != nil,
      let target = relations.targetsByType["officeDocument"]
    {
      return resolve(target, in: "")
    }
    return "xl/workbook.xml"
  }

  /// A target as it stands in a part of `folder`, as a path in the archive.
  private static func resolve(_ target: String, in folder: String) -> String {
    if target.hasPrefix("/") { return String(target.dropFirst()) }
    var steps = folder.split(separator: "/")
    for step in target.split(separator: "/") where step != "." {
      if step == ".." { _ = steps.popLast() } else { steps.append(step) }
    }
    return steps.joined(separator: "/")
  }
}
