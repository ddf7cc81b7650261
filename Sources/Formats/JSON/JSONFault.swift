import Records

/// What is wrong at a place of JSON text.
struct JSONFault: Error, Equatable {
  /// Why the record is rejected.
  var code: RejectCode
  /// Offset of the byte where it shows.
  var at: Int
  /// What stands there, in a few words.
  var found: String

  init(_ code: RejectCode, at: Int, _ found: StaticString) {
    self.code = code
    self.at = at
    self.found = "\(found)"
  }

  init(_ code: RejectCode, at: Int, wanted: StaticString) {
    self.code = code
    self.at = at
    found = "a value that is not \(wanted)"
  }

  static func syntax(at: Int, _ found: StaticString) -> JSONFault {
    JSONFault(.invalidJSON, at: at, found)
  }
}
