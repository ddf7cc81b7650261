import Bytes
import CKernels

/// An attribute as its tag spells it.
@safe
struct XMLLexedAttribute: BitwiseCopyable {
  let name: UnsafePointer<UInt8>
  let nameCount: Int
  /// Where its colon is, counted from its beginning; -1 without one.
  let colon: Int
  /// Its value as it stands in the tag, or nil where it lies in `values` from `start` on.
  var value: UnsafePointer<UInt8>?
  var start: Int
  var count: Int
  /// The binding of its prefix; -1 without one.
  var binding = -1
  /// It declares a namespace.
  var isDeclaration: Bool
}

extension XMLParser {
  /// A start tag or the tag of an empty element.
  @inline(never)
  func startTag(_ scanner: inout XMLScanner) throws(XMLFault) {
    let start = place(scanner)
    scanner.at += 1
    let raw = unsafe scanner.pointer(scanner.at)
    let from = scanner.at
    let colon = try scanner.qualifiedName()
    let count = scanner.at - from
    lexed.cut(to: 0)
    reported.cut(to: 0)
    values.cut(to: 0)
    while scanner.byte != UInt8(ascii: ">"), scanner.byte != UInt8(ascii: "/") {
      try scanner.space()
      if scanner.byte == UInt8(ascii: ">") || scanner.byte == UInt8(ascii: "/") { break }
      try attribute(&scanner)
    }
    let isEmpty = scanner.byte == UInt8(ascii: "/")
    if isEmpty { scanner.at += 1 }
    try scanner.expect(">", "a tag ends with >")
    if doctype.hasAttributes { try unsafe addDefaults(raw, count, at: start) }
    let outer = namespaces.count
    if lexed.count > 0 { try finishAttributes(at: start) }
    if colon >= 0, unsafe namespaces.find(raw, colon - from) < 0 {
      throw .mistake("the prefix of this element's name is not declared", at: start)
    }
    try unsafe begin(
      raw,
      count,
      colon: colon < 0 ? -1 : colon - from,
      bindings: outer,
      at: start
    )
    if isEmpty { try finish(at: place(scanner)) }
  }

  private func attribute(_ scanner: inout XMLScanner) throws(XMLFault) {
    let from = scanner.at
    let colon = try scanner.qualifiedName()
    let count = scanner.at - from
    scanner.skipSpace()
    try scanner.expect("=", "an attribute's name is followed by = and its value")
    scanner.skipSpace()
    let quote = scanner.byte
    guard quote == 0x22 || quote == 0x27 else {
      throw scanner.fault("an attribute's value stands in quotes")
    }
    scanner.at += 1
    let value = scanner.at
    let isPlain = try scanner.attributeValue(quote)
    let name = unsafe scanner.pointer(from)
    let shortColon = colon < 0 ? -1 : colon - from
    // Safe: the name has at least `count` bytes, and slack behind them.
    let mayDeclare = shortColon == 5 || (shortColon < 0 && count == 5)
    let isDeclaration = unsafe mayDeclare && isXMLNS(name)
    var lexedValue = unsafe XMLLexedAttribute(
      name: name,
      nameCount: count,
      colon: shortColon,
      value: scanner.pointer(value),
      start: 0,
      count: scanner.at - value,
      isDeclaration: isDeclaration
    )
    if !isPlain {
      unsafe lexedValue.value = nil
      lexedValue.start = values.count
      var inner = unsafe XMLScanner(scanner.base, from: value, to: scanner.at)
      try doctype.expand(&inner, isEntity: isInEntity, into: &values)
      lexedValue.count = values.count - lexedValue.start
    }
    lexed.append(lexedValue)
    scanner.at += 1
  }

  private func isXMLNS(_ name: UnsafePointer<UInt8>) -> Bool {
    // Safe: five bytes are readable.
    zip(0..<5, "xmlns".utf8).allSatisfy { place, letter in unsafe name[place] == letter }
  }

  /// Adds what the document type declares of an element's attributes, and spaces as it says.
  private func addDefaults(
    _ raw: UnsafePointer<UInt8>,
    _ count: Int,
    at place: Int
  ) throws(XMLFault) {
    guard let list = unsafe doctype.attributes(of: raw, count) else { return }
    let given = lexed.count
    for declared in list {
      var isGiven = false
      for index in 0..<given {
        let one = lexed[index]
        guard unsafe XMLName(one.name, one.nameCount).equals(declared.name) else { continue }
        isGiven = true
        if declared.isTokenized { lexed[index] = collapsed(one) }
      }
      guard !isGiven, let value = declared.value else { continue }
      try doctype.enter(value.count + declared.name.count, at: place)
      let name = unsafe UnsafePointer(declared.storage.base)
      let mayDeclare = declared.colon == 5 || (declared.colon < 0 && declared.name.count == 5)
      let isDeclaration = unsafe mayDeclare && isXMLNS(name)
      unsafe lexed.append(
        XMLLexedAttribute(
          name: name,
          nameCount: declared.name.count,
          colon: declared.colon,
          value: UnsafePointer(value.base),
          start: 0,
          count: value.count,
          isDeclaration: isDeclaration
        )
      )
    }
  }

  /// The value without spaces at its ends, and single spaces within.
  private func collapsed(_ attribute: XMLLexedAttribute) -> XMLLexedAttribute {
    var result = attribute
    let start = values.count
    values.reserve(attribute.count)
    let from = unsafe attribute.value ?? values.pointer(at: attribute.start)
    for index in 0..<attribute.count {
      // Safe: the value has `count` bytes, and there is room for as many.
      let byte = unsafe from[index]
      let isLeading = values.count == start || values[values.count - 1] == 0x20
      if byte != 0x20 || !isLeading { values.put(byte) }
    }
    if values.count > start, values[values.count - 1] == 0x20 { values.cut(to: values.count - 1) }
    unsafe result.value = nil
    result.start = start
    result.count = values.count - start
    return result
  }

  /// Declares namespaces, resolves prefixes, and lists what is reported.
  private func finishAttributes(at place: Int) throws(XMLFault) {
    var declarations = 0
    for index in 0..<lexed.count where lexed[index].isDeclaration {
      declarations += 1
      try declare(lexed[index], at: place)
    }
    guard lexed.count - declarations <= XMLFault.attributeLimit,
      declarations <= XMLFault.attributeLimit
    else {
      throw .attributes(count: max(lexed.count - declarations, declarations))
    }
    for index in 0..<lexed.count where !lexed[index].isDeclaration {
      var attribute = lexed[index]
      var isHint = false
      if attribute.colon >= 0 {
        attribute.binding = unsafe namespaces.find(attribute.name, attribute.colon)
        guard attribute.binding >= 0 else {
          throw .mistake("the prefix of an attribute's name is not declared", at: place)
        }
        lexed[index].binding = attribute.binding
        isHint = namespaces.isSchemaInstance(attribute.binding)
      }
      let name = unsafe XMLName(
        attribute.name + attribute.colon + 1,
        attribute.nameCount - attribute.colon - 1
      )
      unsafe reported.append(
        XMLAttribute(
          name: name.base,
          nameCount: name.count,
          value: attribute.value ?? values.pointer(at: attribute.start),
          valueCount: attribute.count,
          isHint: isHint && XMLHint.isHint(name)
        )
      )
    }
    guard lexed.count > 1 else { return }
    if let found = uniqueness.find(lexed, namespaces) { throw .mistake(found, at: place) }
  }

  private func declare(
    _ attribute: XMLLexedAttribute,
    at place: Int
  ) throws(XMLFault) {
    let skipped = attribute.colon < 0 ? attribute.nameCount : attribute.colon + 1
    let mistake = unsafe namespaces.bind(
      attribute.name + skipped,
      attribute.nameCount - skipped,
      attribute.value ?? values.pointer(at: attribute.start),
      attribute.count
    )
    if let mistake { throw .mistake(mistake, at: place) }
  }
}

/// The attributes of XML Schema's that only tell how to read an element.
private enum XMLHint {
  private static let names = ["nil", "schemaLocation", "noNamespaceSchemaLocation"].map {
    Array($0.utf8)
  }

  static func isHint(_ name: XMLName) -> Bool { names.contains { name.equals($0) } }
}

extension XMLScanner {
  /// Goes up to the quote that closes a value; whether the value is as it stands here.
  mutating func attributeValue(_ quote: UInt8) throws(XMLFault) -> Bool {
    let start = at
    var isPlain = true
    while true {
      // Safe: the run ends at `end`.
      at += unsafe dropmill_xml_value_run(base + at, end - at, quote)
      if at >= end { throw .endsEarly(at: start) }
      switch byte {
      case quote: return isPlain
      case UInt8(ascii: "<"): throw .mistake("an attribute's value cannot hold <", at: at)
      case UInt8(ascii: "&"), 0x09, 0x0A, 0x0D:
        isPlain = false
        at += 1
      default: try oddCharacter()
      }
    }
  }
}
