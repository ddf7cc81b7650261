import Bytes
import CExpat
import Glibc

/// What takes the contents of an XML document, in its order; false stops the parser.
protocol XMLSink: AnyObject {
  /// An element begins.
  func elementBegins(
    _ name: XMLName,
    _ attributes: XMLAttributes,
    in parser: XMLParser
  ) -> Bool
  /// The innermost open element ends.
  func elementEnds(in parser: XMLParser) -> Bool
  /// Text of the innermost open element.
  func text(_ bytes: UnsafePointer<UInt8>, _ count: Int, in parser: XMLParser) -> Bool
  /// Why it said false.
  var failure: FormatError? { get }
}

/// expat behind a Swift face: namespaces, limits, and no way to anything outside the document.
///
/// How this works: expat calls the functions at the end of this file with a pointer to this
/// object; they hand on to the sink. External entities and external subsets are never opened: a
/// reference to one stops the parser. Entities that the document itself defines expand within
/// expat's limits of amplification.
@safe
final class XMLParser {
  private let parser: XML_Parser?
  private let sink: any XMLSink
  private let depthLimit: Int
  private var depth = 0
  /// Why the sink or a limit stopped the parser.
  private var stop: FormatError?
  private var isStopped = false
  /// Functions called so far: none for a chunk means that a token goes on behind it.
  private(set) var eventCount = 0

  /// Most attributes of one element.
  private static let attributeLimit = 1024
  /// What expat puts between a namespace and a local name: no name can hold it.
  fileprivate static let separator: Int32 = 0x0A

  /// A parser at a document's beginning; `encoding` overrules what the document declares.
  init(_ sink: any XMLSink, encoding: String? = nil, limits: FormatLimits) {
    self.sink = sink
    depthLimit = limits.depth
    // Safe: freed in deinit; the object outlives the parser that is given a pointer to it.
    unsafe parser = XML_ParserCreateNS(encoding, XML_Char(Self.separator))
    unsafe XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
    unsafe XML_SetElementHandler(parser, elementBegins, elementEnds)
    unsafe XML_SetCharacterDataHandler(parser, characters)
    unsafe XML_SetExternalEntityRefHandler(parser, externalEntity)
    unsafe XML_SetSkippedEntityHandler(parser, skippedEntity)
    unsafe XML_SetUnknownEncodingHandler(parser, unknownEncoding, nil)
  }

  deinit {
    unsafe XML_ParserFree(parser)
  }

  /// Line of the event that is reported, counted from 1.
  // Safe: the parser lives as long as this object, here and below.
  var line: UInt64 { unsafe UInt64(XML_GetCurrentLineNumber(parser)) }

  /// Offset in the document of the event that is reported.
  var offset: Int { unsafe Int(XML_GetCurrentByteIndex(parser)) }

  /// Bytes of the event that is reported.
  var length: Int { unsafe Int(XML_GetCurrentByteCount(parser)) }

  /// Room for the document's next bytes; nil where there is no memory.
  func room(_ count: Int) -> UnsafeMutableBufferPointer<UInt8>? {
    guard let base = unsafe XML_GetBuffer(parser, Int32(count)) else { return nil }
    // Safe: expat gave room for `count` bytes, untyped.
    return unsafe UnsafeMutableBufferPointer(
      start: base.assumingMemoryBound(to: UInt8.self),
      count: count
    )
  }

  /// Parses the bytes put into `room`; with `isLast` the document ends with them.
  ///
  /// Returns false where the sink has paused the parser: `resume` goes on.
  func parse(_ count: Int, isLast: Bool) throws(FormatError) -> Bool {
    try hasEnded(unsafe XML_ParseBuffer(parser, Int32(count), isLast ? 1 : 0))
  }

  /// Goes on behind the place where the sink paused; false where it has paused again.
  func resume() throws(FormatError) -> Bool {
    try hasEnded(unsafe XML_ResumeParser(parser))
  }

  /// Pauses behind the event that is reported; to be called by the sink at an element's end.
  func pause() {
    _ = unsafe XML_StopParser(parser, 1)
  }

  private func hasEnded(_ status: XML_Status) throws(FormatError) -> Bool {
    if status == XML_STATUS_SUSPENDED { return false }
    if status != XML_STATUS_OK { throw error() }
    return true
  }

  private func error() -> FormatError {
    if let stop { return stop }
    let code = unsafe XML_GetErrorCode(parser)
    let found = unsafe XML_ErrorString(code).map { unsafe String(cString: $0) } ?? "unknown error"
    switch code {
    case XML_ERROR_NO_ELEMENTS, XML_ERROR_UNCLOSED_TOKEN, XML_ERROR_UNCLOSED_CDATA_SECTION,
      XML_ERROR_PARTIAL_CHAR:
      return .endsEarly(format: "XML", line: line)
    case XML_ERROR_AMPLIFICATION_LIMIT_BREACH:
      return .entity(line: line, found: "Entities expand to far more than the document holds")
    case XML_ERROR_RECURSIVE_ENTITY_REF:
      return .entity(line: line, found: "An entity holds a reference to itself")
    case XML_ERROR_UNDEFINED_ENTITY, XML_ERROR_ENTITY_DECLARED_IN_PE:
      return .entity(line: line, found: "The document does not define an entity that it refers to")
    case XML_ERROR_EXTERNAL_ENTITY_HANDLING, XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF:
      return .entity(line: line, found: "The document refers to an entity outside itself")
    default:
      return .notWellFormed(
        format: "XML",
        line: line,
        column: unsafe UInt64(XML_GetCurrentColumnNumber(parser)) + 1,
        found: found
      )
    }
  }

  private func stop(_ error: FormatError?) {
    guard !isStopped else { return }
    isStopped = true
    stop = error
    _ = unsafe XML_StopParser(parser, 0)
  }

  @inline(__always)
  private func goOn(_ isFine: Bool) {
    eventCount &+= 1
    if !isFine { stop(sink.failure) }
  }

  fileprivate func begin(
    _ name: UnsafePointer<XML_Char>,
    _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>
  ) {
    guard !isStopped else { return }
    depth += 1
    guard depth <= depthLimit else { return stop(.tooDeep(line: line, limit: depthLimit)) }
    let list = unsafe XMLAttributes(list: attributes)
    if list.count > Self.attributeLimit {
      return stop(.tooManyColumns(count: list.count, limit: Self.attributeLimit))
    }
    goOn(sink.elementBegins(unsafe XMLName(name), list, in: self))
  }

  fileprivate func end() {
    depth -= 1
    if !isStopped { goOn(sink.elementEnds(in: self)) }
  }

  fileprivate func text(_ bytes: UnsafePointer<XML_Char>, _ count: Int) {
    guard !isStopped else { return }
    // Safe: a character of XML is a byte, signed or not.
    let bytes = unsafe UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self)
    goOn(unsafe sink.text(bytes, count, in: self))
  }

  fileprivate func refuse(_ found: String) {
    stop(.entity(line: line, found: found))
  }
}

/// The local part of a name, as long as it is reported.
@safe
struct XMLName {
  let base: UnsafePointer<UInt8>
  let count: Int
  /// Whether its namespace is the one of XML Schema's instances (`xsi`).
  let isSchemaInstance: Bool

  init(_ name: UnsafePointer<XML_Char>) {
    // Safe: expat's names end with 0.
    var local = unsafe name
    var isSchemaInstance = false
    if let separator = unsafe strrchr(name, XMLParser.separator) {
      unsafe local = UnsafePointer(separator) + 1
      let namespace = "http://www.w3.org/2001/XMLSchema-instance"
      let length = unsafe local - name - 1
      isSchemaInstance =
        unsafe length == namespace.utf8.count && strncmp(name, namespace, length) == 0
    }
    unsafe base = UnsafeRawPointer(local).assumingMemoryBound(to: UInt8.self)
    unsafe count = strlen(local)
    self.isSchemaInstance = isSchemaInstance
  }

  /// Whether it is that name.
  func equals(_ name: [UInt8]) -> Bool {
    // Safe: `count` bytes are readable.
    unsafe count == name.count && UnsafeBufferPointer(start: base, count: count).elementsEqual(name)
  }
}

/// The attributes of an element, as long as it is reported.
@safe
struct XMLAttributes {
  private let list: UnsafeMutablePointer<UnsafePointer<XML_Char>?>
  /// How many there are.
  let count: Int

  init(list: UnsafeMutablePointer<UnsafePointer<XML_Char>?>) {
    unsafe self.list = list
    var count = 0
    // Safe: the list is pairs of name and value with a null behind the last.
    while unsafe list[count * 2] != nil { count += 1 }
    self.count = count
  }

  /// The name and value of one; nil where it only tells how to read the element.
  subscript(index: Int) -> (name: XMLName, value: UnsafePointer<UInt8>, count: Int)? {
    // Safe: `index` is below `count`.
    guard let name = unsafe list[index * 2], let value = unsafe list[index * 2 + 1] else {
      return nil
    }
    let local = unsafe XMLName(name)
    if local.isSchemaInstance,
      ["nil", "schemaLocation", "noNamespaceSchemaLocation"].contains(where: {
        local.equals(Array($0.utf8))
      })
    {
      return nil
    }
    let bytes = unsafe UnsafeRawPointer(value).assumingMemoryBound(to: UInt8.self)
    return unsafe (local, bytes, strlen(value))
  }
}

// MARK: what expat calls

private func parser(_ data: UnsafeMutableRawPointer?) -> XMLParser? {
  // Safe: the pointer was made of the parser, which is alive while it parses.
  unsafe data.map { unsafe Unmanaged<XMLParser>.fromOpaque($0).takeUnretainedValue() }
}

private func elementBegins(
  _ data: UnsafeMutableRawPointer?,
  _ name: UnsafePointer<XML_Char>?,
  _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
) {
  guard let name = unsafe name, let attributes = unsafe attributes else { return }
  unsafe parser(data)?.begin(name, attributes)
}

private func elementEnds(_ data: UnsafeMutableRawPointer?, _ name: UnsafePointer<XML_Char>?) {
  unsafe parser(data)?.end()
}

private func characters(
  _ data: UnsafeMutableRawPointer?,
  _ bytes: UnsafePointer<XML_Char>?,
  _ count: Int32
) {
  guard let bytes = unsafe bytes else { return }
  unsafe parser(data)?.text(bytes, Int(count))
}

private func externalEntity(
  _ parser: XML_Parser?,
  _ context: UnsafePointer<XML_Char>?,
  _ base: UnsafePointer<XML_Char>?,
  _ systemID: UnsafePointer<XML_Char>?,
  _ publicID: UnsafePointer<XML_Char>?
) -> Int32 {
  // Nothing outside the document is ever opened: the parser stops with an error.
  Int32(XML_STATUS_ERROR.rawValue)
}

private func skippedEntity(
  _ data: UnsafeMutableRawPointer?,
  _ name: UnsafePointer<XML_Char>?,
  _ isParameter: Int32
) {
  // A parameter entity stands in the document's type declaration, which holds no data.
  if isParameter != 0 { return }
  unsafe parser(data)?.refuse("The document does not define an entity that it refers to")
}

private func unknownEncoding(
  _ data: UnsafeMutableRawPointer?,
  _ name: UnsafePointer<XML_Char>?,
  _ encoding: UnsafeMutablePointer<XML_Encoding>?
) -> Int32 {
  guard let name = unsafe name, let encoding = unsafe encoding,
    let table = unsafe XMLEncodingTable(named: String(cString: name))
  else { return Int32(XML_STATUS_ERROR.rawValue) }
  unsafe encoding.pointee.data = nil
  unsafe encoding.pointee.convert = nil
  unsafe encoding.pointee.release = nil
  unsafe withUnsafeMutableBytes(of: &encoding.pointee.map) { map in
    // Safe: the map has room for 256 numbers of 4 bytes.
    for (byte, scalar) in table.scalars.enumerated() {
      unsafe map.storeBytes(of: scalar, toByteOffset: byte * 4, as: Int32.self)
    }
  }
  return Int32(XML_STATUS_OK.rawValue)
}
