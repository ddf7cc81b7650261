import Bytes
import TestKit
import Testing

@testable import Formats

/// What our parser makes of a document, in the form of `ExpatEvents`.
private final class EventSink: XMLSink {
  private(set) var events: [String] = []

  func elementBegins(_ name: XMLName, _ attributes: XMLAttributes, at place: Int) -> Bool {
    var event = unsafe "<" + text(of: name.base, name.count)
    for index in 0..<attributes.count {
      let one = unsafe attributes[index]
      event += unsafe " \(text(of: one.name, one.nameCount))=\(text(of: one.value, one.valueCount))"
    }
    events.append(event)
    return true
  }

  func elementEnds(at end: Int) -> Bool {
    events.append(">")
    return true
  }

  func text(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let words = unsafe text(of: bytes, count)
    if let last = events.last, last.hasPrefix("=") {
      events[events.count - 1] = last + words
    } else {
      events.append("=" + words)
    }
    return true
  }

  private func text(of bytes: UnsafePointer<UInt8>, _ count: Int) -> String {
    unsafe String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}

private struct OwnEvents {
  var events: [String] = []
  var error: FormatError?

  init(_ content: [UInt8]) {
    let block = ByteBlock(capacity: content.count + 1)
    block.storage.append(contentsOf: content)
    block.end = content.count
    block.isLast = true
    let sink = EventSink()
    let parser = XMLParser(sink, limits: FormatLimits())
    do throws(XMLFault) {
      try parser.parse(block)
      if !parser.isComplete { throw .endsEarly(at: block.end) }
    } catch {
      self.error = error.formatError(in: block, limits: FormatLimits())
    }
    events = sink.events
  }
}

struct XMLParserTests {
  private func place(_ text: String) -> String {
    guard let error = OwnEvents(Array(text.utf8)).error else { return "read" }
    return "\(error.place?.line ?? 0):\(error.place?.column ?? 0) \(error.code)"
  }

  /// Where we are stricter: a version that is none, what an external subset may have declared, which
  /// expat leaves out of attributes in silence, and declarations behind one that could not be read.
  private func isKnownDifference(_ error: FormatError?, _ text: String) -> Bool {
    switch error {
    case .notWellFormed(_, _, _, let found):
      found.hasPrefix("the version of XML")
        || (found.hasPrefix("a parameter entity cannot stand") && text.contains("%pe;"))
    case .entity(_, let found):
      found.contains("does not define")
        && (text.contains("DOCTYPE a S") || text.contains("DOCTYPE a P") || text.contains("%"))
    default: false
    }
  }

  @Test(arguments: 0..<24)
  func `events and refusals are those of expat`(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var accepted = 0
    for _ in 0..<500 {
      let content = XMLMaker.document(&random)
      let own = OwnEvents(content)
      let expat = ExpatEvents(content)
      let text = String(decoding: content, as: UTF8.self)
      if isKnownDifference(own.error, text) { continue }
      #expect((own.error == nil) == expat.isAccepted, "seed \(seed): \(text) \(own.error as Any)")
      if own.error == nil, expat.isAccepted {
        accepted += 1
        #expect(own.events == expat.events, "seed \(seed): \(text)")
      }
    }
    #expect(accepted > 100)
  }

  @Test func `names are those of the fifth edition`() {
    for name in ["\u{0132}", "\u{2C00}x", "a\u{B7}", "\u{10000}", "a\u{203F}", "\u{3001}"] {
      #expect(OwnEvents(Array("<\(name)/>".utf8)).error == nil, "\(name)")
    }
    for name in ["\u{B7}", "\u{D7}", "\u{2000}", "a\u{F7}", "-a", "1", "\u{F0000}", "a\u{37E}"] {
      #expect(OwnEvents(Array("<\(name)/>".utf8)).error != nil, "\(name)")
    }
  }

  @Test func `mistakes are named with line and column`() {
    #expect(place("<a>\n é<b></c></a>") == "2:8 not-well-formed")
    #expect(place("<a>\r\n\r<b c='1' c='2'/></a>") == "3:1 not-well-formed")
    #expect(place("<a>x]]></a>") == "1:5 not-well-formed")
    #expect(place("<a>\u{1}</a>") == "1:4 not-well-formed")
    #expect(place("<a/>\n<b/>") == "2:1 not-well-formed")
    #expect(place("<!DOCTYPE a [<!ENTITY e '<b>'>]><a>\n&e;</a>") == "2:1 not-well-formed")
    #expect(place("<a><!-- -- --></a>") == "1:9 not-well-formed")
    #expect(place("<a>\n<b></a>") == "2:6 not-well-formed")
    #expect(place("<a>\n<b>") == "2:0 ends-early")
  }

  @Test func `a prefix means its namespace`() {
    #expect(place("<a xmlns:p='u' xmlns:q='u' p:x='' q:x=''/>") == "1:1 not-well-formed")
    #expect(place("<a xmlns:p='u' xmlns:q='v' p:x='' q:x='' x=''/>") == "read")
    #expect(place("<a><b xmlns:p='u'/><p:b/></a>") == "1:20 not-well-formed")
    #expect(place("<a xmlns:p=''/>") == "1:1 not-well-formed")
    #expect(place("<a xmlns:xml='u'/>") == "1:1 not-well-formed")
    #expect(place("<a xml:lang='de'/>") == "read")
    #expect(place("<a:b:c xmlns:a='u'/>") == "1:5 not-well-formed")
    let many = (0..<20).map { "p\($0):x=''" }.joined(separator: " ")
    let declared = (0..<20).map { "xmlns:p\($0)='u\($0 % 19)'" }.joined(separator: " ")
    #expect(place("<a \(declared) \(many)/>") == "1:1 not-well-formed")
  }

  @Test func `defaults and types of attributes are those that the document declares`() {
    let text =
      "<!DOCTYPE a [<!ATTLIST a n NMTOKENS ' x  y ' c CDATA ' x  y '><!ATTLIST a n CDATA 'no'>"
      + "<!ENTITY e '1&#38;#50;'>]><a m='&e;\n3'><a n='  q &#32; r'/></a>"
    #expect(
      OwnEvents(Array(text.utf8)).events
        == ["<a m=12 3 n=x y c= x  y ", "<a n=q r c= x  y ", ">", ">"]
    )
  }

  @Test func `what lies outside the document may have declared anything`() {
    let text =
      "<!DOCTYPE a [<!ENTITY e '1'><!ENTITY % p SYSTEM 'p'>%p;<!ENTITY f '2'>]><a>&e;"
    #expect(OwnEvents(Array((text + "</a>").utf8)).error == nil)
    #expect(place(text + "&f;</a>") == "1:1 entity" || place(text + "&f;</a>") == "1:0 entity")
    #expect(place("<?xml version='1.0' standalone='yes'?>" + text + "&f;</a>") == "read")
  }

  @Test func `entities that expand without end are refused, in text, values and declarations`() {
    let links = (1...40).map { "<!ENTITY e\($0) '&e\($0 - 1);&e\($0 - 1);'>" }.joined()
    let inner = "<!DOCTYPE a [<!ENTITY e0 'x'>\(links)"
    #expect(place("\(inner)]><a>&e40;</a>") == "1:0 entity")
    #expect(place("\(inner)]><a b='&e40;'/>") == "1:0 entity")
    #expect(place("\(inner)<!ATTLIST a b CDATA '&e40;'>]><a/>") == "1:0 entity")
    let parts = (1...40).map {
      "<!ENTITY % p\($0) '&#37;p\($0 - 1);&#37;p\($0 - 1);'>"
    }.joined()
    #expect(place("<!DOCTYPE a [<!ENTITY % p0 ' '>\(parts)%p40;]><a/>") == "1:0 entity")
    let chain = (1...500).map { "<!ENTITY e\($0) '&e\($0 - 1);'>" }.joined()
    #expect(place("<!DOCTYPE a [<!ENTITY e0 'x'>\(chain)]><a>&e500;</a>") == "1:0 entity")
  }
}
