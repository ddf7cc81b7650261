extension XMLScanner {
  /// Goes over a byte-order mark and an XML declaration; returns whether it says `standalone`.
  ///
  /// The encoding that it names is not looked at: the bytes were decoded before.
  mutating func declaration() throws(XMLFault) -> Bool {
    if byte == 0xEF, byte(1) == 0xBB, byte(2) == 0xBF { at += 3 }
    let start = at
    for (index, letter) in "<?xml".utf8.enumerated() where byte(index) != letter { return false }
    guard XMLCharacters.isSpace(byte(5)) else {
      if at + 5 >= end { throw .endsEarly(at: start) }
      return false
    }
    at += 5
    try space()
    try versionNumber()
    var isStandalone = false
    var hasSpace = skipSpace()
    if hasSpace, byte == UInt8(ascii: "e") {
      try encodingName()
      hasSpace = skipSpace()
    }
    if hasSpace, byte == UInt8(ascii: "s") {
      isStandalone = try standalone()
      skipSpace()
    }
    try expect("?>", "this does not belong into an XML declaration")
    return isStandalone
  }

  private mutating func versionNumber() throws(XMLFault) {
    try expect("version", "an XML declaration begins with its version")
    let quote = try equalsQuote()
    try expect("1.", "the version of XML is 1 and a point and digits")
    guard byte &- 0x30 < 10 else { throw fault("the version of XML is 1 and a point and digits") }
    while byte &- 0x30 < 10 { at += 1 }
    try close(quote)
  }

  private mutating func encodingName() throws(XMLFault) {
    try expect("encoding", "this does not belong into an XML declaration")
    let quote = try equalsQuote()
    guard (byte | 0x20) &- 0x61 < 26 else { throw fault("an encoding's name begins with a letter") }
    while (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2E || byte == 0x5F
      || byte == 0x2D
    { at += 1 }
    try close(quote)
  }

  private mutating func standalone() throws(XMLFault) -> Bool {
    try expect("standalone", "this does not belong into an XML declaration")
    let quote = try equalsQuote()
    let isStandalone = byte == UInt8(ascii: "y")
    if isStandalone {
      try expect("yes", "standalone is yes or no")
    } else {
      try expect("no", "standalone is yes or no")
    }
    try close(quote)
    return isStandalone
  }

  private mutating func equalsQuote() throws(XMLFault) -> UInt8 {
    skipSpace()
    try expect("=", "an equals sign is missing here")
    skipSpace()
    let quote = byte
    guard quote == 0x22 || quote == 0x27 else { throw fault("a quote is missing here") }
    at += 1
    return quote
  }

  private mutating func close(_ quote: UInt8) throws(XMLFault) {
    guard byte == quote else { throw fault("the quote should close here") }
    at += 1
  }

  /// Goes over a comment that begins here.
  mutating func comment() throws(XMLFault) {
    at += 4
    let place = try through("--")
    guard byte == UInt8(ascii: ">") else {
      if at >= end { throw .endsEarly(at: place) }
      throw .mistake("a comment cannot hold two hyphens", at: place)
    }
    at += 1
  }

  /// Goes over a processing instruction that begins here.
  mutating func instruction() throws(XMLFault) {
    let start = at
    at += 2
    let name = try plainName()
    let isReserved =
      name.count == 3
      && zip(name, "xml".utf8).allSatisfy { place, letter in
        unsafe base[place] | 0x20 == letter
      }
    if isReserved {
      if at >= end { throw .endsEarly(at: start) }
      throw .mistake("an XML declaration stands only at the very beginning", at: start)
    }
    if try skip("?>") { return }
    try space()
    _ = try through("?>")
  }

  /// A reference that begins here with `&`.
  struct Reference {
    /// The character that it stands for; 0 where it names an entity of the document's own.
    var scalar: UInt32
    var name: Range<Int>
  }

  /// Goes over a reference: to a character, one of the five entities of all documents, or another.
  mutating func reference() throws(XMLFault) -> Reference {
    let start = at
    at += 1
    if byte == UInt8(ascii: "#") {
      return Reference(scalar: try characterNumber(start), name: at..<at)
    }
    let name = try plainName()
    guard byte == UInt8(ascii: ";") else {
      throw at >= end
        ? .endsEarly(at: start)
        : .mistake("this reference does not end with a semicolon", at: start)
    }
    at += 1
    return Reference(scalar: predefined(name), name: name)
  }

  private mutating func characterNumber(_ start: Int) throws(XMLFault) -> UInt32 {
    at += 1
    var scalar: UInt32 = 0
    var digits = 0
    let isHexadecimal = byte == UInt8(ascii: "x")
    if isHexadecimal { at += 1 }
    while true {
      var digit = UInt32(byte &- 0x30)
      if digit > 9 {
        let letter = (byte | 0x20) &- 0x61
        guard isHexadecimal, letter < 6 else { break }
        digit = UInt32(letter) + 10
      }
      scalar = min(scalar * (isHexadecimal ? 16 : 10) + digit, 0x110000)
      digits += 1
      at += 1
    }
    guard byte == UInt8(ascii: ";"), digits > 0 else {
      throw at >= end
        ? .endsEarly(at: start) : .mistake("this is no reference to a character", at: start)
    }
    at += 1
    guard XMLCharacters.isCharacter(scalar) else {
      throw .mistake("this reference is to no character of XML", at: start)
    }
    return scalar
  }

  private func predefined(_ name: Range<Int>) -> UInt32 {
    func equals(_ word: StaticString) -> Bool {
      // Safe: the name has as many bytes as the word.
      zip(name, 0..<word.utf8CodeUnitCount).allSatisfy { place, index in
        unsafe base[place] == word.utf8Start[index]
      }
    }
    switch name.count {
    case 2: return equals("lt") ? 0x3C : equals("gt") ? 0x3E : 0
    case 3: return equals("amp") ? 0x26 : 0
    case 4: return equals("quot") ? 0x22 : equals("apos") ? 0x27 : 0
    default: return 0
    }
  }
}
