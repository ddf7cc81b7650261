import TestKit

/// Makes documents of all that XML has, some of them broken somewhere.
enum XMLMaker {
  private static let names = ["a", "b", "p:a", "q:b", "xml:lang", "é", "a.b-c", "xmlns"]
  private static let texts = [
    "x", " ", "\n", "\r\n", "\r", "\t", "]]", "]", ">", "&amp;", "&lt;", "&#65;", "&#x20AC;",
    "&e;", "&f;", "&g;", "é", "€", "😀", "\u{F8FF}", "<![CDATA[<]]]>", "<![CDATA[a\r\nb]]>",
    "<!-- c -->",
    "<?pi d?>", "&#13;", "&#10;",
  ]
  private static let values = [
    "", "1", " x  y ", "a\nb", "\r\n", "&quot;", "&apos;", "&e;", "&g;", "&#10;", ">", "é", "u",
  ]
  private static let declarations = [
    "<!ENTITY e 'v'>", "<!ENTITY f '<b>w</b>&e;'>", "<!ENTITY g \"&#38;#60;'\">",
    "<!ENTITY e 'second'>",
    "<!ENTITY % pe '<!ENTITY f \"x\">'>", "%pe;", "<!ELEMENT a (b|(c,d)*)+>", "<!ELEMENT b EMPTY>",
    "<!ELEMENT b (#PCDATA|a)*>", "<!ATTLIST a n NMTOKENS '  1  2 '>", "<!ATTLIST b i ID #IMPLIED>",
    "<!ATTLIST a t (x|y) 'x' c CDATA #FIXED '&#32;'>", "<!NOTATION n PUBLIC 'n'>",
    "<!ENTITY u SYSTEM 'u' NDATA n>", "<!-- d -->", "<?pi?>", "\n",
    "<!ATTLIST a xmlns:p CDATA 'u'>",
    "<!ENTITY s SYSTEM 's'>", "<!ATTLIST b d CDATA '&e;'>",
  ]
  private static let marks =
    Array("<>/&;='\" ab:![]-?%#()|*\n\r\u{0}\u{1}x1".utf8) + [0xE9, 0xEF, 0xBF]

  /// One document.
  static func document(_ random: inout SeededGenerator) -> [UInt8] {
    var text = ""
    if Int.random(in: 0..<4, using: &random) == 0 {
      text += pick(
        ["<?xml version='1.0'?>", "<?xml version=\"1.1\" encoding='UTF-8' standalone='yes' ?>\n"],
        &random
      )
    }
    if Bool.random(using: &random) {
      text += "<!DOCTYPE a "
      text += pick(["", "SYSTEM 's' ", "PUBLIC 'p' 's'"], &random) + "["
      for _ in 0..<Int.random(in: 0..<7, using: &random) {
        text += pick(Self.declarations, &random)
      }
      text += "]>"
    }
    text += "<a xmlns:p='u' xmlns:q='v'>"
    text += contents(3, &random) + "</a>"
    text += pick(["", "\n", "<!-- e -->"], &random)
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 0..<2, using: &random) {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: bytes[place] = pick(Self.marks, &random)
      case 1: bytes.remove(at: place)
      default: bytes.insert(pick(Self.marks, &random), at: place)
      }
    }
    return bytes
  }

  private static func contents(_ depth: Int, _ random: inout SeededGenerator) -> String {
    (0..<Int.random(in: 0..<5, using: &random)).map { _ in
      guard depth > 0, Bool.random(using: &random) else { return pick(Self.texts, &random) }
      let name = pick(Array(Self.names.prefix(4)), &random)
      var tag = "<" + name
      for _ in 0..<Int.random(in: 0..<3, using: &random) {
        tag += " " + pick(Self.names, &random) + "='" + pick(Self.values, &random) + "'"
      }
      if Int.random(in: 0..<3, using: &random) == 0 { return tag + "/>" }
      return tag + ">" + contents(depth - 1, &random) + "</\(name)>"
    }.joined()
  }

  private static func pick<T>(_ list: [T], _ random: inout SeededGenerator) -> T {
    list[Int.random(in: 0..<list.count, using: &random)]
  }
}
