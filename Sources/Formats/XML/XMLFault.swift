/// Why a document cannot be read on, and where: an offset in the bytes that are being parsed.
enum XMLFault: Error {
  /// The bytes end within a token or before the document's end.
  case endsEarly(at: Int)
  /// It is not well-formed.
  case mistake(StaticString, at: Int)
  /// An entity that is not to be expanded.
  case entity(StaticString, at: Int)
  /// Nested deeper than the limit.
  case tooDeep(at: Int)
  /// More attributes in one tag than the limit.
  case attributes(count: Int)
  /// The sink knows.
  case sink

  /// The same at another place: that of the reference whose entity holds the fault.
  func moved(
    to place: Int,
    _ early: StaticString = "an entity ends within markup"
  ) -> XMLFault {
    switch self {
    case .endsEarly: .mistake(early, at: place)
    case .mistake(let found, _): .mistake(found, at: place)
    case .entity(let found, _): .entity(found, at: place)
    case .tooDeep: .tooDeep(at: place)
    case .attributes, .sink: self
    }
  }
}
