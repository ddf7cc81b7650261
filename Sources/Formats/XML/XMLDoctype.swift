import Bytes

/// What a document's own type declaration says: its entities and its attributes' types and defaults.
///
/// Nothing outside the document is opened. Where a part of the declarations lies outside, what
/// follows it may depend on that part and does not count (XML 1.0, §5.1).
final class XMLDoctype {
  /// An entity.
  final class Entity {
    enum Kind {
      case isInternal
      /// It lies outside the document.
      case isExternal
      /// It is no XML.
      case isUnparsed
    }

    let kind: Kind
    /// The replacement text, with a 0 behind it.
    let text: ByteBuffer
    /// It is being read.
    var isOpen = false

    init(_ kind: Kind, _ text: ByteBuffer) {
      self.kind = kind
      self.text = text
    }
  }

  /// A declared attribute.
  struct Attribute {
    let name: [UInt8]
    /// The name again, where it stays.
    let storage: ByteBuffer
    /// Where the name's colon is; -1 without one.
    let colon: Int
    /// Spaces at its value's ends, and double ones, do not count.
    let isTokenized: Bool
    /// Its default.
    let value: ByteBuffer?
  }

  private var entities: [[UInt8]: Entity] = [:]
  private var parameters: [[UInt8]: Entity] = [:]
  private var lists: [[UInt8]: [Attribute]] = [:]
  private var key: [UInt8] = []
  /// A document type was declared.
  var isRead = false
  /// The document says that nothing outside matters.
  var isStandalone = false
  /// Declarations still count.
  private(set) var keepsDeclarations = true
  /// Any attribute is declared.
  private(set) var hasAttributes = false
  /// Bytes that entities have expanded to, and how many may.
  private var expanded = 0
  private var allowed = XMLDoctype.harmless

  /// Bytes that entities may expand to however short the document is.
  private static let harmless = 8 << 20
  /// Bytes that they may expand to for each byte of the document.
  private static let amplification = 100

  /// Levels of entities within entities.
  static let depthLimit = 128

  /// Nothing is declared.
  func forget() {
    entities = [:]
    parameters = [:]
    lists = [:]
    isRead = false
    isStandalone = false
    keepsDeclarations = true
    hasAttributes = false
  }

  /// Begins on another run of the document's bytes.
  func allow(for count: Int) {
    expanded = 0
    allowed = max(Self.harmless, count * Self.amplification)
  }

  /// An entity's text of that length is read.
  func enter(_ count: Int, at place: Int) throws(XMLFault) {
    // An entity of no bytes costs time, too.
    expanded += count + 8
    guard expanded <= allowed else {
      throw .entity("Entities expand to far more than the document holds", at: place)
    }
  }

  /// The entity of that name, where it may be expanded in an element's contents or a value.
  func entity(
    _ name: Range<Int>,
    in scanner: XMLScanner,
    at place: Int
  ) throws(XMLFault) -> Entity {
    take(scanner, name)
    guard let entity = entities[key] else {
      throw .entity("The document does not define an entity that it refers to", at: place)
    }
    switch entity.kind {
    case .isInternal: break
    case .isExternal:
      throw .entity("The document refers to an entity outside itself", at: place)
    case .isUnparsed: throw .mistake("an entity that is no XML stands among text", at: place)
    }
    try open(entity, at: place)
    return entity
  }

  private func open(_ entity: Entity, at place: Int) throws(XMLFault) {
    guard !entity.isOpen else {
      throw .entity("An entity holds a reference to itself", at: place)
    }
    try enter(entity.text.count, at: place)
  }

  /// The declared attributes of an element.
  func attributes(of raw: UnsafePointer<UInt8>, _ count: Int) -> [Attribute]? {
    key.removeAll(keepingCapacity: true)
    // Safe: `count` bytes are readable.
    unsafe key.append(contentsOf: UnsafeBufferPointer(start: raw, count: count))
    return lists[key]
  }

  // MARK: what the declarations say

  /// Takes an entity's declaration; the first of a name counts.
  func define(_ entity: Entity, name: [UInt8], isParameter: Bool) {
    guard keepsDeclarations else { return }
    if isParameter {
      if parameters[name] == nil { parameters[name] = entity }
    } else if entities[name] == nil {
      entities[name] = entity
    }
  }

  /// Takes an attribute's declaration; the first of a name counts.
  func define(_ attribute: Attribute, of element: [UInt8]) {
    guard keepsDeclarations else { return }
    hasAttributes = true
    var list = lists.removeValue(forKey: element) ?? []
    if !list.contains(where: { $0.name == attribute.name }) { list.append(attribute) }
    lists[element] = list
  }

  /// The parameter entity of that name, where its text lies in the document; nil where it does not.
  func parameter(
    _ name: Range<Int>,
    in scanner: XMLScanner,
    at place: Int
  ) throws(XMLFault) -> Entity? {
    take(scanner, name)
    guard let entity = parameters[key], entity.kind == .isInternal else {
      // What it holds is not known: it may have declared anything.
      keepsDeclarations = isStandalone
      return nil
    }
    try open(entity, at: place)
    return entity
  }

  private func take(_ scanner: XMLScanner, _ name: Range<Int>) {
    key.removeAll(keepingCapacity: true)
    // Safe: the name lies in the scanner's bytes.
    unsafe key.append(
      contentsOf: UnsafeBufferPointer(start: scanner.pointer(name.lowerBound), count: name.count)
    )
  }

  // MARK: values

  /// Appends an attribute's value with its references expanded and its white space as spaces.
  func expand(
    _ scanner: inout XMLScanner,
    isEntity: Bool,
    into output: inout ByteArena,
    level: Int = 0
  ) throws(XMLFault) {
    while scanner.at < scanner.end {
      switch scanner.byte {
      case UInt8(ascii: "&"):
        try expandReference(&scanner, into: &output, level: level)
        continue
      case UInt8(ascii: "<"):
        throw .mistake("an attribute's value cannot hold <", at: scanner.at)
      case 0x0D where !isEntity && scanner.byte(1) == 0x0A: break
      case 0x09, 0x0A, 0x0D: output.append(0x20)
      default: output.append(scanner.byte)
      }
      scanner.at += 1
    }
  }

  private func expandReference(
    _ scanner: inout XMLScanner,
    into output: inout ByteArena,
    level: Int
  ) throws(XMLFault) {
    let start = scanner.at
    let found: XMLScanner.Reference
    do throws(XMLFault) {
      found = try scanner.reference()
    } catch {
      // The value ends here, not the document.
      throw error.moved(to: start, "this reference does not end with a semicolon")
    }
    if found.scalar > 0 { return output.append(scalar: found.scalar) }
    let entity = try entity(found.name, in: scanner, at: start)
    guard level < Self.depthLimit else { throw .entity("Entities are nested too deep", at: start) }
    entity.isOpen = true
    defer { entity.isOpen = false }
    var inner = unsafe XMLScanner(entity.text.base, from: 0, to: entity.text.count)
    do throws(XMLFault) {
      try expand(&inner, isEntity: true, into: &output, level: level + 1)
    } catch {
      throw error.moved(to: start)
    }
  }
}
