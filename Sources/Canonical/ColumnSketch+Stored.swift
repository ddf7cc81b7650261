extension ColumnSketch {
  private static let version: UInt8 = 1

  /// The sketch as the ledger keeps it, some hundred bytes.
  public var stored: [UInt8] {
    var bytes = [Self.version]
    for number in [UInt64(count), UInt64(absent), UInt64(place), UInt64(hashes.count)] {
      Self.put(number, to: &bytes)
    }
    for hash in hashes {
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: hash >> UInt64(shift)))
      }
    }
    for counts in [lengths, shapes, starts] {
      for number in counts { Self.put(UInt64(number), to: &bytes) }
    }
    return bytes
  }

  /// The sketch that was kept so; nil where it is none of this version.
  public init?(stored bytes: [UInt8]) {
    var rest = bytes[...]
    guard rest.popFirst() == Self.version, let count = Self.take(&rest),
      let absent = Self.take(&rest), let place = Self.take(&rest), let hashes = Self.take(&rest),
      hashes <= UInt64(Self.hashCount), rest.count >= Int(hashes) * 8
    else { return nil }
    self.count = UInt32(truncatingIfNeeded: count)
    self.absent = UInt32(truncatingIfNeeded: absent)
    self.place = Int(truncatingIfNeeded: place)
    for _ in 0..<hashes {
      self.hashes.append(rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
      rest = rest.dropFirst(8)
    }
    for path in [\ColumnSketch.lengths, \.shapes, \.starts] {
      for bin in 0..<Self.bins {
        guard let number = Self.take(&rest) else { return nil }
        self[keyPath: path][bin] = UInt32(truncatingIfNeeded: number)
      }
    }
  }

  /// Seven bits a byte, the lowest first.
  private static func put(_ number: UInt64, to bytes: inout [UInt8]) {
    var rest = number
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private static func take(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      number |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return number }
    }
    return nil
  }
}
