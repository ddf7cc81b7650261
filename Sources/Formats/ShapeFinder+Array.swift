extension JSONShapeFinder {
  /// Finds the layout of content whose first bytes lie in an array.
  ///
  /// - Throws: `FormatError` where the content is not JSON.
  public static func find(
    in sample: [UInt8],
    isWhole: Bool,
    prior: JSONLayout? = nil,
    stated: JSONLayout.Shape? = nil,
    namedLines: Bool = false
  ) throws(FormatError) -> JSONShape {
    // Safe: the array outlives the call.
    unsafe try sample.withUnsafeBufferPointer { bytes throws(FormatError) in
      unsafe try find(bytes, isWhole: isWhole, prior: prior, stated: stated, namedLines: namedLines)
    }
  }
}

extension XMLShapeFinder {
  /// Finds the layout of a document, decoded to UTF-8, whose first bytes lie in an array.
  ///
  /// - Throws: `FormatError` where the content is not XML.
  public static func find(
    in sample: [UInt8],
    isWhole: Bool,
    prior: XMLLayout? = nil,
    stated: XMLLayout? = nil
  ) throws(FormatError) -> XMLShape {
    // Safe: the array outlives the call.
    unsafe try sample.withUnsafeBufferPointer { bytes throws(FormatError) in
      unsafe try find(bytes, isWhole: isWhole, prior: prior, stated: stated)
    }
  }
}
