/// Where the records lie in a drop's text: what detection finds and readers go by.
public enum Layout: Sendable, Hashable {
  /// No records: no bytes, or white space alone.
  case empty
  /// Delimited text.
  case delimited(DelimitedLayout)
  /// JSON.
  case json(JSONLayout)
  /// XML.
  case xml(XMLLayout)
}
