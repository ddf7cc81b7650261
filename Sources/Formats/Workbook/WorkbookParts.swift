import Bytes

/// `workbook.xml`: the sheets, and from when days are counted.
final class WorkbookSink: MarkupSink {
  private(set) var sheets: [(name: String, relation: String, isHidden: Bool)] = []
  private(set) var is1904 = false

  func begins(_ name: String, _ attributes: MarkupAttributes) {
    if name == "workbookPr" { is1904 = ["1", "true"].contains(attributes["date1904"]) }
    guard name == "sheet", let title = attributes["name"], let relation = attributes["id"] else {
      return
    }
    sheets.append((title, relation, ["hidden", "veryHidden"].contains(attributes["state"])))
  }

  func ends(_ name: String) {}
  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
}

/// A `.rels` part: the parts that a part names, by the names it has for them, and by what they are.
final class RelationsSink: MarkupSink {
  private(set) var targets: [String: String] = [:]
  private(set) var targetsByType: [String: String] = [:]

  func begins(_ name: String, _ attributes: MarkupAttributes) {
    guard name == "Relationship", let id = attributes["Id"], let target = attributes["Target"]
    else {
      return
    }
    targets[id] = target
    // Two editions of the standard name the same type by two addresses with the same end.
    let type = attributes["Type"]?.split(separator: "/").last.map(String.init) ?? ""
    targetsByType[type] = target
  }

  func ends(_ name: String) {}
  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
}

/// `styles.xml`: what numbers stand for, by the number of a cell's style.
final class StylesSink: MarkupSink {
  private(set) var formats: [NumberFormat] = []
  private var codes: [Int: NumberFormat] = [:]
  private var isInCells = false

  func begins(_ name: String, _ attributes: MarkupAttributes) {
    switch name {
    case "numFmt":
      guard let id = attributes["numFmtId"].flatMap({ Int($0) }) else { return }
      codes[id] = NumberFormat(code: attributes["formatCode"] ?? "")
    case "cellXfs":
      isInCells = true
    case "xf" where isInCells:
      let id = attributes["numFmtId"].flatMap { Int($0) } ?? 0
      formats.append(codes[id] ?? NumberFormat.builtIn(id))
    default: break
    }
  }

  func ends(_ name: String) {
    if name == "cellXfs" { isInCells = false }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
}

/// `sharedStrings.xml`: the texts that cells name by number.
@safe
final class SharedStringsSink: MarkupSink {
  private let bytes = ByteBuffer(capacity: 1 << 12)
  /// Where each text begins in `bytes`, and one past the last.
  private var starts = [0]
  private var isText = false
  /// Open `rPh`: readings in another script, which are no part of the text.
  private var phonetics = 0

  /// Bytes of texts that are kept.
  static let limit = 256 << 20

  /// How many there are.
  var count: Int { starts.count - 1 }

  /// There are more than are kept.
  var isOverLimit: Bool { bytes.count > Self.limit }

  /// The text of that number.
  subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    let start = starts[index]
    // Safe: the text lies in the buffer, which is not changed any more.
    return unsafe UnsafeBufferPointer(start: bytes.base + start, count: starts[index + 1] - start)
  }

  func begins(_ name: String, _ attributes: MarkupAttributes) {
    if name == "rPh" { phonetics += 1 }
    isText = name == "t" && phonetics == 0
  }

  func ends(_ name: String) {
    isText = false
    if name == "rPh" { phonetics -= 1 }
    if name == "si" { starts.append(bytes.count) }
  }

  func text(_ piece: UnsafeBufferPointer<UInt8>) {
    guard isText, !isOverLimit, let base = piece.baseAddress else { return }
    unsafe bytes.append(base, piece.count)
  }
}
