import Bytes
import CKernels

extension XMLParser {
  /// A comment or a CDATA section.
  func section(_ scanner: inout XMLScanner) throws(XMLFault) {
    if scanner.byte(2) == UInt8(ascii: "-") { return try comment(&scanner) }
    let start = scanner.at
    try scanner.expect("<![CDATA[", "this markup cannot stand in an element")
    while true {
      let from = scanner.at
      while true {
        // Safe: the run ends at `end`.
        scanner.at += unsafe dropmill_xml_run(
          scanner.base + scanner.at,
          scanner.end - scanner.at,
          UInt8(ascii: "]"),
          UInt8(ascii: "]"),
          UInt8(ascii: "]")
        )
        let byte = scanner.byte
        if byte == 0xEF, scanner.at < scanner.end {
          try scanner.oddCharacter()
        } else if byte == UInt8(ascii: "]"),
          scanner.byte(1) != byte || scanner.byte(2) != UInt8(ascii: ">")
        {
          scanner.at += 1
        } else {
          break
        }
      }
      if scanner.at >= scanner.end { throw .endsEarly(at: start) }
      if scanner.at > from { try unsafe report(scanner.pointer(from), scanner.at - from) }
      if scanner.byte == UInt8(ascii: "]") { break }
      guard scanner.byte == 0x0D else { return try scanner.oddCharacter() }
      try carriageReturn(&scanner)
    }
    scanner.at += 3
  }

  func comment(_ scanner: inout XMLScanner) throws(XMLFault) {
    let start = scanner.at
    guard scanner.byte(3) == UInt8(ascii: "-") else {
      throw scanner.at + 3 >= scanner.end
        ? .endsEarly(at: start) : .mistake("a comment begins with two hyphens", at: start)
    }
    try scanner.comment()
  }

  /// CR LF and CR are line ends, written as LF; in an entity's text they have been that before.
  func carriageReturn(_ scanner: inout XMLScanner) throws(XMLFault) {
    let isPlain = reference >= 0
    scanner.at += 1
    if !isPlain, scanner.byte == 0x0A, scanner.at < scanner.end { return }
    try report(scalar: isPlain ? 0x0D : 0x0A)
  }

  private func report(scalar: UInt32) throws(XMLFault) {
    character.cut(to: 0)
    character.append(scalar: scalar)
    // Safe: the character lies in the buffer.
    try unsafe report(character.pointer(at: 0), character.count)
  }

  @inline(never)
  func reference(_ scanner: inout XMLScanner) throws(XMLFault) {
    let start = scanner.at
    let found = try scanner.reference()
    if found.scalar > 0 { return try report(scalar: found.scalar) }
    let entity = try doctype.entity(found.name, in: scanner, at: start)
    let outer = reference
    if outer < 0 { reference = start }
    defer { reference = outer }
    entityDepth += 1
    defer { entityDepth -= 1 }
    guard entityDepth <= XMLDoctype.depthLimit else {
      throw .entity("Entities are nested too deep", at: start)
    }
    entity.isOpen = true
    defer { entity.isOpen = false }
    let floor = open.count
    var inner = unsafe XMLScanner(entity.text.base, from: 0, to: entity.text.count)
    do throws(XMLFault) {
      try content(&inner, floor: floor)
    } catch {
      throw error.moved(to: start)
    }
    guard open.count == floor else {
      throw .mistake("an element begins in an entity and does not end in it", at: start)
    }
  }
}
