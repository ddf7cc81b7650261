import CExpat

/// The events that expat makes of a document: what our own parser is held against.
struct ExpatEvents {
  /// Elements, attributes and text, in their order, text joined.
  private(set) var events: [String] = []
  /// Whether the document was read to its end.
  private(set) var isAccepted = false

  init(_ content: [UInt8]) {
    let log = Log()
    // Safe: the log outlives the parser, which is freed here.
    withExtendedLifetime(log) {
      let parser = unsafe XML_ParserCreateNS("UTF-8", 0x0C)
      defer { unsafe XML_ParserFree(parser) }
      unsafe XML_SetUserData(parser, Unmanaged.passUnretained(log).toOpaque())
      unsafe XML_SetElementHandler(parser, begins, ends)
      unsafe XML_SetCharacterDataHandler(parser, text)
      unsafe XML_SetParamEntityParsing(parser, XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE)
      // What lies outside holds nothing where it declares, and cannot be had where it is content.
      unsafe XML_SetExternalEntityRefHandler(parser) { _, context, _, _, _ in
        unsafe context == nil ? 1 : 0
      }
      unsafe XML_SetSkippedEntityHandler(parser) { data, _, isParameter in
        if isParameter == 0 { unsafe logged(data)?.isSkipped = true }
      }
      let status = unsafe content.withUnsafeBufferPointer { bytes in
        unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
          unsafe XML_Parse(parser, bytes.baseAddress, Int32(bytes.count), 1)
        }
      }
      isAccepted = status == XML_STATUS_OK && !log.isSkipped
    }
    events = log.events
  }

  /// Where expat's functions note what they are told.
  fileprivate final class Log {
    var events: [String] = []
    var isSkipped = false
  }
}

private func logged(_ data: UnsafeMutableRawPointer?) -> ExpatEvents.Log? {
  // Safe: the pointer was made of the log, which lives as long as the parser.
  unsafe data.map { unsafe Unmanaged<ExpatEvents.Log>.fromOpaque($0).takeUnretainedValue() }
}

private func local(_ name: UnsafePointer<XML_Char>) -> String {
  unsafe String(String(cString: name).split(separator: "\u{C}").last ?? "")
}

private func begins(
  _ data: UnsafeMutableRawPointer?,
  _ name: UnsafePointer<XML_Char>?,
  _ list: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
) {
  guard let name = unsafe name, let list = unsafe list else { return }
  var event = unsafe "<\(local(name))"
  var index = 0
  while let key = unsafe list[index], let value = unsafe list[index + 1] {
    event += unsafe " \(local(key))=\(String(cString: value))"
    index += 2
  }
  unsafe logged(data)?.events.append(event)
}

private func ends(_ data: UnsafeMutableRawPointer?, _ name: UnsafePointer<XML_Char>?) {
  unsafe logged(data)?.events.append(">")
}

private func text(
  _ data: UnsafeMutableRawPointer?,
  _ bytes: UnsafePointer<XML_Char>?,
  _ count: Int32
) {
  guard let log = unsafe logged(data), let bytes = unsafe bytes else { return }
  let piece = unsafe UnsafeBufferPointer(start: bytes, count: Int(count))
  let words = unsafe String(decoding: piece.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  if let last = log.events.last, last.hasPrefix("=") {
    log.events[log.events.count - 1] = last + words
  } else {
    log.events.append("=" + words)
  }
}
