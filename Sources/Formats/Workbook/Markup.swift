import Bytes
import CExpat
import Glibc

/// What takes the elements of a workbook's part, in their order.
protocol MarkupSink: AnyObject {
  /// An element begins; `attributes` hold as long as the call.
  func begins(_ name: String, _ attributes: MarkupAttributes)
  /// The innermost open element ends.
  func ends(_ name: String)
  /// Text of the innermost open element, in as many pieces as it pleases the parser.
  func text(_ bytes: UnsafeBufferPointer<UInt8>)
}

/// The attributes of an element, by their local names.
@safe
struct MarkupAttributes {
  fileprivate let list: UnsafeMutablePointer<UnsafePointer<XML_Char>?>

  /// The value of the attribute of that local name.
  subscript(name: String) -> String? {
    var index = 0
    // Safe: the list is pairs of name and value with a null behind the last.
    while let key = unsafe list[index], let value = unsafe list[index + 1] {
      if unsafe strcmp(Markup.local(key), name) == 0 { return unsafe String(cString: value) }
      index += 2
    }
    return nil
  }
}

/// Reads a part of a workbook by expat, as the names in it stand: prefixes are cut off.
///
/// A workbook's parts need no entities and no types: a document type declaration is refused.
@safe
final class Markup {
  private let parser: XML_Parser?
  private let sink: any MarkupSink
  private let part: String
  private var depth = 0
  private var isRefused = false

  /// A reader of the part of that name, for messages.
  init(_ sink: any MarkupSink, part: String) {
    self.sink = sink
    self.part = part
    // Safe: freed in deinit; the object outlives the parser that is given a pointer to it.
    unsafe parser = XML_ParserCreate(nil)
    unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    unsafe XML_SetElementHandler(parser, elementBegins, elementEnds)
    unsafe XML_SetCharacterDataHandler(parser, characters)
    unsafe XML_SetStartDoctypeDeclHandler(parser, typeDeclaration)
  }

  deinit {
    unsafe XML_ParserFree(parser)
  }

  /// Reads all of `stream`.
  static func read(
    _ stream: any ByteStream,
    part: String,
    into sink: any MarkupSink
  ) throws(BytesError) {
    let markup = Markup(sink, part: part)
    while try markup.step(stream) {}
  }

  /// Bytes that are parsed at a time: a cell may name a text a thousand times its size.
  private static let chunkSize = 1 << 13

  /// Parses the stream's next bytes; false at its end.
  func step(_ stream: any ByteStream) throws(BytesError) -> Bool {
    guard let base = unsafe XML_GetBuffer(parser, Int32(Self.chunkSize)) else {
      fatalError("expat: out of memory")
    }
    // Safe: expat gave room for that many bytes, untyped.
    let room = unsafe UnsafeMutableBufferPointer(
      start: base.assumingMemoryBound(to: UInt8.self),
      count: Self.chunkSize
    )
    let count = unsafe try stream.read(into: room)
    let status = unsafe XML_ParseBuffer(parser, Int32(count), count == 0 ? 1 : 0)
    guard status == XML_STATUS_OK else { throw damage() }
    return count > 0
  }

  private func damage() -> BytesError {
    let words = unsafe XML_ErrorString(XML_GetErrorCode(parser)).map { unsafe String(cString: $0) }
    let found = isRefused ? "it declares a document type" : words ?? "not well-formed"
    let line = unsafe XML_GetCurrentLineNumber(parser)
    return .compressedDamaged(
      offset: unsafe UInt64(max(0, XML_GetCurrentByteIndex(parser))),
      found: "\(part) of the workbook cannot be read at line \(line): \(found)"
    )
  }

  /// The part of a name behind its prefix.
  fileprivate static func local(_ name: UnsafePointer<XML_Char>) -> UnsafePointer<XML_Char> {
    // Safe: expat's names end with 0.
    guard let colon = unsafe strchr(name, Int32(UInt8(ascii: ":"))) else { return unsafe name }
    return unsafe UnsafePointer(colon) + 1
  }

  private func name(_ raw: UnsafePointer<XML_Char>) -> String {
    unsafe String(cString: Self.local(raw))
  }

  fileprivate func begin(
    _ raw: UnsafePointer<XML_Char>,
    _ list: UnsafeMutablePointer<UnsafePointer<XML_Char>?>
  ) {
    depth += 1
    guard depth <= 64 else { return refuse() }
    sink.begins(unsafe name(raw), unsafe MarkupAttributes(list: list))
  }

  fileprivate func end(_ raw: UnsafePointer<XML_Char>) {
    depth -= 1
    sink.ends(unsafe name(raw))
  }

  fileprivate func text(_ bytes: UnsafePointer<XML_Char>, _ count: Int) {
    // Safe: a character of XML is a byte, signed or not.
    let start = unsafe UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self)
    unsafe sink.text(UnsafeBufferPointer(start: start, count: count))
  }

  fileprivate func refuse() {
    isRefused = true
    _ = unsafe XML_StopParser(parser, 0)
  }
}

// MARK: what expat calls

private func markup(_ data: UnsafeMutableRawPointer?) -> Markup? {
  // Safe: the pointer was made of the object, which is alive while it parses.
  unsafe data.map { unsafe Unmanaged<Markup>.fromOpaque($0).takeUnretainedValue() }
}

private func elementBegins(
  _ data: UnsafeMutableRawPointer?,
  _ name: UnsafePointer<XML_Char>?,
  _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
) {
  guard let name = unsafe name, let attributes = unsafe attributes else { return }
  unsafe markup(data)?.begin(name, attributes)
}

private func elementEnds(_ data: UnsafeMutableRawPointer?, _ name: UnsafePointer<XML_Char>?) {
  guard let name = unsafe name else { return }
  unsafe markup(data)?.end(name)
}

private func characters(
  _ data: UnsafeMutableRawPointer?,
  _ bytes: UnsafePointer<XML_Char>?,
  _ count: Int32
) {
  guard let bytes = unsafe bytes else { return }
  unsafe markup(data)?.text(bytes, Int(count))
}

private func typeDeclaration(
  _ data: UnsafeMutableRawPointer?,
  _ name: UnsafePointer<XML_Char>?,
  _ systemID: UnsafePointer<XML_Char>?,
  _ publicID: UnsafePointer<XML_Char>?,
  _ hasSubset: Int32
) {
  unsafe markup(data)?.refuse()
}
