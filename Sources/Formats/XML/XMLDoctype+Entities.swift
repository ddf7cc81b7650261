import Bytes
import CKernels

/// Declarations of entities and notations: XML 1.0 §4.2, §4.7.
extension XMLDoctype {
  func entity(_ scanner: inout XMLScanner, level: Int) throws(XMLFault) {
    try scanner.space()
    var isParameter = false
    if scanner.byte == UInt8(ascii: "%") {
      isParameter = true
      scanner.at += 1
      try scanner.space()
    }
    let name = bytes(scanner, try scanner.plainName())
    try scanner.space()
    let quote = scanner.byte
    if quote == 0x22 || quote == 0x27 {
      let text = try entityValue(&scanner, quote, level: level)
      define(Entity(.isInternal, text), name: name, isParameter: isParameter)
      return try close(&scanner)
    }
    try externalIdentifier(&scanner)
    var kind = Entity.Kind.isExternal
    if scanner.skipSpace(), scanner.byte == UInt8(ascii: "N"), !isParameter {
      try scanner.expect("NDATA", "this does not belong into this declaration")
      try scanner.space()
      _ = try scanner.plainName()
      kind = .isUnparsed
    }
    define(Entity(kind, ByteBuffer(capacity: 0)), name: name, isParameter: isParameter)
    try close(&scanner)
  }

  /// An entity's replacement text: characters by number are put in, other entities stay references.
  private func entityValue(
    _ scanner: inout XMLScanner,
    _ quote: UInt8,
    level: Int
  ) throws(XMLFault) -> ByteBuffer {
    let text = ByteBuffer(capacity: 64)
    var output = ByteArena(text)
    scanner.at += 1
    while true {
      let start = scanner.at
      // Safe: the run ends at `end`.
      scanner.at += unsafe dropmill_xml_run(
        scanner.base + start,
        scanner.end - start,
        quote,
        UInt8(ascii: "&"),
        UInt8(ascii: "%")
      )
      unsafe output.append(scanner.pointer(start), scanner.at - start)
      switch scanner.byte {
      case quote where scanner.at < scanner.end:
        scanner.at += 1
        output.append(0)
        output.cut(to: output.count - 1)
        output.close()
        return text
      case UInt8(ascii: "&"):
        let start = scanner.at
        let isNumber = scanner.byte(1) == UInt8(ascii: "#")
        let found = try scanner.reference()
        if isNumber {
          output.append(scalar: found.scalar)
        } else {
          unsafe output.append(scanner.pointer(start), scanner.at - start)
        }
      case UInt8(ascii: "%"): try parameterInValue(&scanner, level: level, into: &output)
      case 0x0D:
        if scanner.byte(1) != 0x0A { output.append(0x0A) }
        scanner.at += 1
      default:
        output.append(scanner.byte)
        try scanner.oddCharacter()
      }
    }
  }

  /// Within the document itself a declaration holds no parameter entities; within the text of one
  /// it may.
  private func parameterInValue(
    _ scanner: inout XMLScanner,
    level: Int,
    into output: inout ByteArena
  ) throws(XMLFault) {
    let start = scanner.at
    guard level > 0 else {
      throw .mistake("a parameter entity cannot stand within a declaration", at: start)
    }
    scanner.at += 1
    let name = try scanner.plainName()
    try scanner.expect(";", "this reference does not end with a semicolon")
    guard let entity = try parameter(name, in: scanner, at: start) else { return }
    // Its own references were put in, or kept, when it was declared.
    unsafe output.append(UnsafePointer(entity.text.base), entity.text.count)
  }

  func notation(_ scanner: inout XMLScanner) throws(XMLFault) {
    try scanner.space()
    _ = try scanner.plainName()
    try scanner.space()
    try externalIdentifier(&scanner, needsSystem: false)
    try close(&scanner)
  }

  /// `SYSTEM` and a literal, or `PUBLIC` and two; the second may be missing for a notation.
  func externalIdentifier(
    _ scanner: inout XMLScanner,
    needsSystem: Bool = true
  ) throws(XMLFault) {
    if try scanner.skip("SYSTEM") {
      try scanner.space()
      return try literal(&scanner, isPublic: false)
    }
    try scanner.expect("PUBLIC", "a place outside is given as SYSTEM or PUBLIC")
    try scanner.space()
    try literal(&scanner, isPublic: true)
    let hasSpace = scanner.skipSpace()
    let isQuote = scanner.byte == 0x22 || scanner.byte == 0x27
    if !needsSystem, !isQuote { return }
    guard hasSpace else { throw scanner.fault("white space is missing here") }
    try literal(&scanner, isPublic: false)
  }

  private func literal(_ scanner: inout XMLScanner, isPublic: Bool) throws(XMLFault) {
    let quote = scanner.byte
    guard quote == 0x22 || quote == 0x27 else { throw scanner.fault("a quote is missing here") }
    scanner.at += 1
    while scanner.byte != quote || scanner.at >= scanner.end {
      if isPublic {
        guard XMLCharacters.isPublic(scanner.byte) else {
          throw scanner.fault("a public identifier cannot hold this")
        }
        scanner.at += 1
      } else {
        // Safe: the run ends at `end`.
        scanner.at += unsafe dropmill_xml_run(
          scanner.base + scanner.at,
          scanner.end - scanner.at,
          quote,
          quote,
          quote
        )
        if scanner.byte != quote || scanner.at >= scanner.end { try scanner.oddCharacter() }
      }
    }
    scanner.at += 1
  }
}
