import Bytes

/// Reads a document type declaration and its internal subset: XML 1.0 §2.8, §3.2, §3.3, §4.2, §4.7.
extension XMLDoctype {
  /// Goes over the declaration that begins at the scanner's place.
  func read(_ scanner: inout XMLScanner) throws(XMLFault) {
    guard !isRead else { throw .mistake("a second document type is declared", at: scanner.at) }
    try scanner.expect("<!DOCTYPE", "this markup cannot stand before the document's element")
    isRead = true
    try scanner.space()
    _ = try scanner.qualifiedName()
    if scanner.skipSpace(), scanner.byte == UInt8(ascii: "S") || scanner.byte == UInt8(ascii: "P") {
      try externalIdentifier(&scanner)
      scanner.skipSpace()
    }
    if scanner.byte == UInt8(ascii: "[") {
      scanner.at += 1
      try declarations(&scanner, level: 0)
      try scanner.expect("]", "a declaration is missing here")
      scanner.skipSpace()
    }
    try scanner.expect(">", "this does not belong into a document type declaration")
  }

  /// Declarations up to a `]`, or to the end of a parameter entity's text.
  private func declarations(_ scanner: inout XMLScanner, level: Int) throws(XMLFault) {
    while true {
      scanner.skipSpace()
      if level > 0, scanner.at >= scanner.end { return }
      switch scanner.byte {
      case UInt8(ascii: "]"):
        guard level == 0 else { throw scanner.fault("a declaration is missing here") }
        return
      case UInt8(ascii: "%"): try parameter(&scanner, level: level)
      case UInt8(ascii: "<"): try declaration(&scanner, level: level)
      default: throw scanner.fault("a declaration is missing here")
      }
    }
  }

  private func declaration(_ scanner: inout XMLScanner, level: Int) throws(XMLFault) {
    if scanner.byte(1) == UInt8(ascii: "?") { return try scanner.instruction() }
    let start = scanner.at
    if try scanner.skip("<!--") {
      scanner.at = start
      return try scanner.comment()
    }
    if try scanner.skip("<!ELEMENT") { return try element(&scanner) }
    if try scanner.skip("<!ATTLIST") { return try attributes(&scanner) }
    if try scanner.skip("<!ENTITY") { return try entity(&scanner, level: level) }
    try scanner.expect("<!NOTATION", "there is no such declaration")
    try notation(&scanner)
  }

  /// A reference to a parameter entity where declarations stand.
  private func parameter(_ scanner: inout XMLScanner, level: Int) throws(XMLFault) {
    let start = scanner.at
    scanner.at += 1
    let name = try scanner.plainName()
    try scanner.expect(";", "this reference does not end with a semicolon")
    guard let entity = try parameter(name, in: scanner, at: start) else { return }
    guard level < Self.depthLimit else { throw .entity("Entities are nested too deep", at: start) }
    entity.isOpen = true
    defer { entity.isOpen = false }
    var inner = unsafe XMLScanner(entity.text.base, from: 0, to: entity.text.count)
    do throws(XMLFault) {
      try declarations(&inner, level: level + 1)
    } catch {
      throw error.moved(to: start)
    }
  }

  func close(_ scanner: inout XMLScanner) throws(XMLFault) {
    scanner.skipSpace()
    try scanner.expect(">", "this does not belong into this declaration")
  }

  func bytes(_ scanner: XMLScanner, _ range: Range<Int>) -> [UInt8] {
    // Safe: the range lies in the scanner's bytes.
    unsafe Array(
      UnsafeBufferPointer(start: scanner.pointer(range.lowerBound), count: range.count)
    )
  }

  // MARK: elements

  private func element(_ scanner: inout XMLScanner) throws(XMLFault) {
    try scanner.space()
    _ = try scanner.qualifiedName()
    try scanner.space()
    switch scanner.byte {
    case UInt8(ascii: "E"): try scanner.expect("EMPTY", "there is no such content")
    case UInt8(ascii: "A"): try scanner.expect("ANY", "there is no such content")
    default: try content(&scanner)
    }
    try close(&scanner)
  }

  private func content(_ scanner: inout XMLScanner) throws(XMLFault) {
    try scanner.expect("(", "what an element may hold stands in parentheses")
    scanner.skipSpace()
    guard scanner.byte == UInt8(ascii: "#") else {
      try particles(&scanner, level: 0)
      repetition(&scanner)
      return
    }
    try scanner.expect("#PCDATA", "there is no such content")
    scanner.skipSpace()
    var hasNames = false
    while scanner.byte == UInt8(ascii: "|") {
      hasNames = true
      scanner.at += 1
      scanner.skipSpace()
      _ = try scanner.qualifiedName()
      scanner.skipSpace()
    }
    try scanner.expect(")", "a parenthesis should close here")
    if hasNames {
      try scanner.expect("*", "mixed content ends with an asterisk")
    } else if scanner.byte == UInt8(ascii: "*") {
      scanner.at += 1
    }
  }

  /// What stands between parentheses, and the one that closes.
  private func particles(_ scanner: inout XMLScanner, level: Int) throws(XMLFault) {
    guard level < 512 else { throw .tooDeep(at: scanner.at) }
    var separator: UInt8 = 0
    while true {
      scanner.skipSpace()
      if scanner.byte == UInt8(ascii: "(") {
        scanner.at += 1
        try particles(&scanner, level: level + 1)
      } else {
        _ = try scanner.qualifiedName()
      }
      repetition(&scanner)
      scanner.skipSpace()
      let sign = scanner.byte
      if sign == UInt8(ascii: ")") {
        scanner.at += 1
        return
      }
      guard sign == UInt8(ascii: "|") || sign == UInt8(ascii: ","),
        separator == 0 || separator == sign
      else { throw scanner.fault("a choice is written with |, a sequence with commas") }
      separator = sign
      scanner.at += 1
    }
  }

  private func repetition(_ scanner: inout XMLScanner) {
    let sign = scanner.byte
    if sign == UInt8(ascii: "?") || sign == UInt8(ascii: "*") || sign == UInt8(ascii: "+") {
      scanner.at += 1
    }
  }
}
