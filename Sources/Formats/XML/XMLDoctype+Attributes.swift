import Bytes

/// Declarations of attributes: XML 1.0 §3.3.
extension XMLDoctype {
  func attributes(_ scanner: inout XMLScanner) throws(XMLFault) {
    try scanner.space()
    let start = scanner.at
    _ = try scanner.qualifiedName()
    let element = bytes(scanner, start..<scanner.at)
    while true {
      let hasSpace = scanner.skipSpace()
      if scanner.byte == UInt8(ascii: ">") {
        scanner.at += 1
        return
      }
      guard hasSpace else { throw scanner.fault("white space is missing here") }
      try attribute(&scanner, of: element)
    }
  }

  private func attribute(
    _ scanner: inout XMLScanner,
    of element: [UInt8]
  ) throws(XMLFault) {
    let start = scanner.at
    let colon = try scanner.qualifiedName()
    let name = bytes(scanner, start..<scanner.at)
    try scanner.space()
    let isTokenized = try type(&scanner)
    try scanner.space()
    let value = try defaultValue(&scanner, isTokenized: isTokenized)
    let storage = ByteBuffer(capacity: name.count)
    storage.append(contentsOf: name)
    define(
      Attribute(
        name: name,
        storage: storage,
        colon: colon < 0 ? -1 : colon - start,
        isTokenized: isTokenized,
        value: value
      ),
      of: element
    )
  }

  /// Goes over an attribute's type; whether it is another than text.
  private func type(_ scanner: inout XMLScanner) throws(XMLFault) -> Bool {
    if scanner.byte == UInt8(ascii: "(") {
      try enumeration(&scanner, isToken: true)
      return true
    }
    let start = scanner.at
    let count = try scanner.name()
    let word = bytes(scanner, start..<start + count)
    if scanner.at >= scanner.end { throw .endsEarly(at: start) }
    if word == Array("CDATA".utf8) { return false }
    if word == Array("NOTATION".utf8) {
      try scanner.space()
      try enumeration(&scanner, isToken: false)
      return true
    }
    let types = ["ID", "IDREF", "IDREFS", "ENTITY", "ENTITIES", "NMTOKEN", "NMTOKENS"]
    guard types.contains(where: { word == Array($0.utf8) }) else {
      throw .mistake("attributes have no such type", at: start)
    }
    return true
  }

  private func enumeration(_ scanner: inout XMLScanner, isToken: Bool) throws(XMLFault) {
    try scanner.expect("(", "a list stands in parentheses")
    while true {
      scanner.skipSpace()
      if isToken {
        _ = try scanner.name(isToken: true)
      } else {
        _ = try scanner.plainName()
      }
      scanner.skipSpace()
      if try scanner.skip(")") { return }
      try scanner.expect("|", "the words of a list are set apart by |")
    }
  }

  private func defaultValue(
    _ scanner: inout XMLScanner,
    isTokenized: Bool
  ) throws(XMLFault) -> ByteBuffer? {
    if scanner.byte == UInt8(ascii: "#") {
      if try scanner.skip("#REQUIRED") { return nil }
      if try scanner.skip("#IMPLIED") { return nil }
      try scanner.expect("#FIXED", "there is no such default")
      try scanner.space()
    }
    let quote = scanner.byte
    guard quote == 0x22 || quote == 0x27 else {
      throw scanner.fault("an attribute's default stands in quotes")
    }
    scanner.at += 1
    let start = scanner.at
    _ = try scanner.attributeValue(quote)
    let value = ByteBuffer(capacity: 64)
    var output = ByteArena(value)
    // Safe: the value lies between the place behind its quote and the one that closes it.
    var inner = unsafe XMLScanner(scanner.base, from: start, to: scanner.at)
    try expand(&inner, isEntity: false, into: &output)
    output.close()
    scanner.at += 1
    if isTokenized { collapse(value) }
    return value
  }

  private func collapse(_ value: ByteBuffer) {
    var words = unsafe Array(value.bytes).split(separator: 0x20).joined(separator: [0x20])
      .makeIterator()
    value.count = 0
    while let byte = words.next() { value.append(byte) }
  }
}
