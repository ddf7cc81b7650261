import CKernels

/// A place in the bytes of a document or of an entity's text, and the small tokens read from there.
///
/// The byte at `end` must be 0, which no token of XML holds: so only a token that stops there needs
/// to ask whether the bytes end or hold a 0. What lies before `end` must be valid UTF-8.
@safe
struct XMLScanner {
  let base: UnsafePointer<UInt8>
  var at: Int
  let end: Int

  init(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) {
    unsafe self.base = base
    at = start
    self.end = end
  }

  /// The byte at the place; 0 at the end.
  // Safe: the place is never past `end`, here and below; 64 bytes past `end` are readable.
  @inline(__always)
  var byte: UInt8 { unsafe base[at] }

  /// The byte some places on.
  @inline(__always)
  func byte(_ distance: Int) -> UInt8 { unsafe base[at + distance] }

  @inline(__always)
  func pointer(_ place: Int) -> UnsafePointer<UInt8> { unsafe base + place }

  /// The fault of what stands at the place: the end where the bytes end there.
  func fault(_ found: StaticString) -> XMLFault {
    at >= end ? .endsEarly(at: at) : .mistake(found, at: at)
  }

  /// Goes over white space; whether there was any.
  @discardableResult @inline(__always)
  mutating func skipSpace() -> Bool {
    let start = at
    while XMLCharacters.isSpace(byte) { at += 1 }
    return at > start
  }

  /// Goes over white space that must be there.
  mutating func space() throws(XMLFault) {
    guard skipSpace() else { throw fault("white space is missing here") }
  }

  /// Goes over a word if it stands here; a word that the end cuts off throws.
  mutating func skip(_ word: StaticString) throws(XMLFault) -> Bool {
    let count = word.utf8CodeUnitCount
    for index in 0..<count where unsafe base[at + index] != word.utf8Start[index] {
      if at + index >= end { throw .endsEarly(at: at) }
      return false
    }
    at += count
    return true
  }

  /// Goes over a word that must be there.
  mutating func expect(_ word: StaticString, _ found: StaticString) throws(XMLFault) {
    guard try skip(word) else { throw fault(found) }
  }

  /// Goes over the characters of a name, and returns how many bytes they are.
  ///
  /// `isToken` says that any of them may be the first.
  @inline(__always)
  mutating func name(isToken: Bool = false) throws(XMLFault) -> Int {
    let start = at
    let ascii = XMLCharacters.ascii
    let first = byte
    if first < 0x80 {
      guard ascii[Int(first)] & (isToken ? 2 : 1) != 0 else {
        throw fault("a name is missing here")
      }
      at += 1
    }
    while true {
      let byte = byte
      if byte < 0x80 {
        if ascii[Int(byte)] & 2 == 0 { break }
        at += 1
      } else if try !wideCharacter(isFirst: at == start && !isToken) {
        break
      }
    }
    guard at > start else { throw fault("a name is missing here") }
    return at - start
  }

  /// Goes over a character past ASCII if names may hold it.
  @inline(never)
  private mutating func wideCharacter(isFirst: Bool) throws(XMLFault) -> Bool {
    let (scalar, count) = unsafe XMLCharacters.scalar(base, at)
    if at + count > end { throw .endsEarly(at: at) }
    guard isFirst ? XMLCharacters.isNameStart(scalar) : XMLCharacters.isName(scalar) else {
      return false
    }
    at += count
    return true
  }

  /// A name without a colon, as entities, notations and instructions have.
  mutating func plainName() throws(XMLFault) -> Range<Int> {
    let start = at
    let count = try name()
    for place in start..<start + count where unsafe base[place] == UInt8(ascii: ":") {
      throw .mistake("this name cannot hold a colon", at: place)
    }
    return start..<start + count
  }

  /// A name of an element or attribute: its end, and where its colon is, or -1.
  ///
  /// A colon stands alone, with a name on each side (Namespaces in XML, §4).
  mutating func qualifiedName() throws(XMLFault) -> Int {
    let start = at
    let count = try name()
    var colon = -1
    for place in start..<start + count where unsafe base[place] == UInt8(ascii: ":") {
      guard colon < 0, place > start, place + 1 < start + count else {
        throw .mistake("a colon stands where this name cannot have one", at: place)
      }
      let next = unsafe XMLCharacters.scalar(base, place + 1).scalar
      guard XMLCharacters.isNameStart(next) else {
        throw .mistake("no name begins behind this colon", at: place + 1)
      }
      colon = place
    }
    return colon
  }

  /// Goes over a byte that a run stopped at where it is fine after all: the start of a character
  /// from U+F000 on that is neither U+FFFE nor U+FFFF, or a carriage return.
  mutating func oddCharacter() throws(XMLFault) {
    switch byte {
    case 0xEF:
      if byte(1) == 0xBF, byte(2) >= 0xBE, at + 2 < end {
        throw .mistake("U+FFFE and U+FFFF are no characters", at: at)
      }
      at += 1
    case 0x0D: at += 1
    default:
      throw fault("this control character cannot stand in XML")
    }
  }

  /// Goes over everything up to a sign and the sign itself; returns where the sign stands.
  mutating func through(_ sign: StaticString) throws(XMLFault) -> Int {
    let first = unsafe sign.utf8Start[0]
    while true {
      // Safe: the run ends at `end`.
      at += unsafe dropmill_xml_run(base + at, end - at, first, first, first)
      guard byte == first, at < end else {
        try oddCharacter()
        continue
      }
      let place = at
      if try skip(sign) { return place }
      at += 1
    }
  }
}
