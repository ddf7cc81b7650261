/// Which bytes could stand between fields: those that most lines hold.
struct DelimiterCensus {
  /// What could be a delimiter, the likeliest first; several bytes where they always stand together.
  private(set) var candidates: [[UInt8]] = []

  /// Candidates that are scored.
  private static let limit = 9
  /// Lines that are counted.
  private static let lineLimit = 400

  /// What a byte is to the census.
  private enum Role: UInt8 {
    /// It stands inside words, numbers and quotes too often to part fields.
    case ordinary
    /// It could part fields.
    case mark
    /// A space, which could part fields outside quotes.
    case space
    case quote
    /// Other white space, which does not fill a line.
    case blank
    /// The first byte of a sign of two.
    case lead
  }

  private static let roles: [Role] = {
    var roles = [Role](repeating: .ordinary, count: 256)
    for byte in 0x01...0x7E { roles[byte] = .mark }
    for byte
      in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._'-+()[]{}<>\\`/".utf8
    {
      roles[Int(byte)] = .ordinary
    }
    for byte in [0x00, 0x0A, 0x0D] { roles[byte] = .blank }
    roles[0x20] = .space
    roles[0x22] = .quote
    roles[0xC2] = .lead
    return roles
  }()

  /// The bytes that the census looks at, and the other quote.
  static let listed: [Bool] = roles.enumerated().map { $1 != .ordinary || $0 == 0x27 }

  /// Counts over the lines of `bytes` before `end`, where the `listed` ones stand at `places`.
  init(_ bytes: [UInt8], _ places: [Int32], to end: Int, lineEnd: UInt8) {
    let counts = Counts(bytes, places, to: end, lineEnd: lineEnd)
    choose(counts.linesWith, lines: counts.lines)
    // Of signs that stand equally often the same comes first each time.
    let signs = counts.signs.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    for (sign, count) in signs.prefix(2)
    where count * 2 > counts.lines {
      candidates.append([0xC2, sign])
    }
    extend(bytes, places, end, lineEnd)
  }

  /// What stands in the first lines.
  private struct Counts {
    /// Lines that are not blank; at least 1.
    var lines = 0
    /// For each mark the lines that hold it.
    var linesWith = [Int](repeating: 0, count: 128)
    /// Signs of two bytes, by the second.
    var signs: [UInt8: Int] = [:]

    init(_ bytes: [UInt8], _ places: [Int32], to end: Int, lineEnd: UInt8) {
      var lastLine = [Int](repeating: -1, count: 128)
      var isBlank = true
      var isQuoted = false
      // A copy: the global would be looked up for each byte.
      let roles = DelimiterCensus.roles
      var at = 0
      for place in places {
        let byte = bytes[Int(place)]
        // What is not listed fills a line.
        if byte > 0x20 || Int(place) > at { isBlank = false }
        at = Int(place) + 1
        switch roles[Int(byte)] {
        case .ordinary: continue
        case .quote: isQuoted.toggle()
        case .space where isQuoted: break
        case .mark, .space:
          if lastLine[Int(byte)] != lines { linesWith[Int(byte)] += 1 }
          lastLine[Int(byte)] = lines
        case .lead:
          if at < end, bytes[at] > 0xA0 { signs[bytes[at], default: 0] += 1 }
        case .blank:
          guard byte == lineEnd else { continue }
          if !isBlank { lines += 1 }
          isBlank = true
          isQuoted = false
        }
        if lines == DelimiterCensus.lineLimit {
          at = end
          break
        }
      }
      if at < end { isBlank = false }
      lines = max(lines + (isBlank ? 0 : 1), 1)
    }
  }

  private mutating func choose(_ linesWith: [Int], lines: Int) {
    var found: [(byte: UInt8, weight: Int)] = []
    for byte in 1..<127 where linesWith[byte] > 0 {
      let isUsual = [0x2C, 0x3B, 0x09, 0x7C].contains(byte)
      let needed = isUsual ? lines / 10 : byte < 0x20 ? lines / 4 : lines * 2 / 5
      if linesWith[byte] >= max(needed, 1) {
        found.append((UInt8(byte), linesWith[byte] * (isUsual ? 3 : 1)))
      }
    }
    found.sort { ($0.weight, $1.byte) > ($1.weight, $0.byte) }
    candidates = found.prefix(Self.limit).map { [$0.byte] }
  }

  /// Adds the longer delimiters that candidates turn out to be part of: `||`, `~|~`, `, `.
  private mutating func extend(
    _ bytes: [UInt8],
    _ listed: [Int32],
    _ end: Int,
    _ lineEnd: UInt8
  ) {
    let places = Self.places(of: candidates, bytes, listed)
    for (index, candidate) in candidates.enumerated() where candidate.count == 1 {
      let byte = candidate[0]
      let places = places[index]
      if byte != 0x20 && byte != 0x09,
        Self.always(bytes, end, places, after: true, lineEnd, 0x20, share: 0.9)
      {
        candidates.append([byte, 0x20])
      }
      if byte == 0x2C || byte == 0x3B || byte == 0x09 || byte == 0x20 { continue }
      let run = Self.runLength(places)
      if run > 1 {
        candidates.append([UInt8](repeating: byte, count: run))
        continue
      }
      if let around = Self.neighbour(bytes, end, places), around != lineEnd,
        Self.always(bytes, end, places, after: true, lineEnd, around, share: 1),
        Self.always(bytes, end, places, after: false, lineEnd, around, share: 1)
      {
        candidates.append([around, byte, around])
      }
    }
  }

  /// Where each of the candidates of one byte stands.
  private static func places(
    of candidates: [[UInt8]],
    _ bytes: [UInt8],
    _ listed: [Int32]
  ) -> [[Int]] {
    var places = [[Int]](repeating: [], count: candidates.count)
    var slots = [Int](repeating: -1, count: 256)
    for (index, candidate) in candidates.enumerated() where candidate.count == 1 {
      slots[Int(candidate[0])] = index
    }
    for at in listed {
      let slot = slots[Int(bytes[Int(at)])]
      if slot >= 0 { places[slot].append(Int(at)) }
    }
    return places
  }

  /// The greatest common length of all runs of a byte, at most 8; 1 where runs differ.
  private static func runLength(_ places: [Int]) -> Int {
    var common = 0
    var run = 0
    for (index, place) in places.enumerated() {
      run += 1
      if index + 1 < places.count, places[index + 1] == place + 1 { continue }
      (common, run) = (gcd(common, run), 0)
      if common == 1 { return 1 }
    }
    return (2...4).contains(common) ? common : 1
  }

  private static func gcd(_ first: Int, _ second: Int) -> Int {
    second == 0 ? first : gcd(second, first % second)
  }

  /// The mark behind the first of a byte, where it may be part of a delimiter.
  private static func neighbour(_ bytes: [UInt8], _ end: Int, _ places: [Int]) -> UInt8? {
    guard let at = places.first, at + 1 < end else { return nil }
    let next = bytes[at + 1]
    return roles[Int(next)] == .mark && next != bytes[at] ? next : nil
  }

  /// Whether (nearly) every byte at `places` has `other` right after or before it.
  private static func always(
    _ bytes: [UInt8],
    _ end: Int,
    _ places: [Int],
    after: Bool,
    _ lineEnd: UInt8,
    _ other: UInt8,
    share: Double
  ) -> Bool {
    var all = 0
    var with = 0
    for at in places {
      all += 1
      let place = after ? at + 1 : at - 1
      guard place >= 0, place < end else { continue }
      if bytes[place] == other {
        with += 1
      } else if after && (bytes[place] == lineEnd || bytes[place] == 0x0D) {
        all -= 1
      }
    }
    return all > 0 && with > 0 && Double(with) >= share * Double(all)
  }
}
