/// Which bytes could stand between fields: those that most lines hold.
struct DelimiterCensus {
  /// What could be a delimiter, the likeliest first; several bytes where they always stand together.
  private(set) var candidates: [[UInt8]] = []

  /// Candidates that are scored.
  private static let limit = 9
  /// Lines that are counted.
  private static let lineLimit = 400

  /// Bytes that stand inside words, numbers and quotes too often to part fields.
  private static let mayDelimit: [Bool] = {
    var may = [Bool](repeating: false, count: 256)
    for byte in 0x01...0x7E { may[byte] = true }
    for byte
      in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._\"'-+()[]{}<>\\`/\r\n"
      .utf8
    {
      may[Int(byte)] = false
    }
    return may
  }()

  /// Counts over the lines of `bytes` before `end`.
  init(_ bytes: [UInt8], to end: Int, lineEnd: UInt8) {
    var lines = 0
    var linesWith = [Int](repeating: 0, count: 256)
    var lastLine = [Int](repeating: -1, count: 256)
    var total = [Int](repeating: 0, count: 256)
    var signLines: [UInt8: Int] = [:]
    var isBlank = true
    var isQuoted = false
    var at = 0
    // A copy: the global would be looked up for each byte.
    let mayDelimit = Self.mayDelimit
    while at < end && lines < Self.lineLimit {
      let byte = bytes[at]
      if byte == lineEnd {
        if !isBlank { lines += 1 }
        isBlank = true
        isQuoted = false
      } else {
        if byte > 0x20 { isBlank = false }
        if byte == 0x22 { isQuoted.toggle() }
        if !isQuoted || byte != 0x20, mayDelimit[Int(byte)] {
          total[Int(byte)] += 1
          if lastLine[Int(byte)] != lines { linesWith[Int(byte)] += 1 }
          lastLine[Int(byte)] = lines
        } else if byte == 0xC2, at + 1 < end, bytes[at + 1] > 0xA0 {
          signLines[bytes[at + 1], default: 0] += 1
        }
      }
      at += 1
    }
    lines = max(lines + (isBlank ? 0 : 1), 1)
    choose(linesWith, total, lines: lines)
    for (sign, count) in signLines.sorted(by: { $0.value > $1.value }).prefix(2)
    where count * 2 > lines {
      candidates.append([0xC2, sign])
    }
    extend(bytes, end, lineEnd)
  }

  private mutating func choose(_ linesWith: [Int], _ total: [Int], lines: Int) {
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
  private mutating func extend(_ bytes: [UInt8], _ end: Int, _ lineEnd: UInt8) {
    for candidate in candidates where candidate.count == 1 {
      let byte = candidate[0]
      if byte != 0x20 && byte != 0x09,
        Self.always(bytes, end, byte, after: true, lineEnd, [0x20], share: 0.9)
      {
        candidates.append([byte, 0x20])
      }
      if byte == 0x2C || byte == 0x3B || byte == 0x09 || byte == 0x20 { continue }
      let run = Self.runLength(bytes, end, byte)
      if run > 1 {
        candidates.append([UInt8](repeating: byte, count: run))
        continue
      }
      if let around = Self.neighbour(bytes, end, byte), around != lineEnd,
        Self.always(bytes, end, byte, after: true, lineEnd, [around], share: 1),
        Self.always(bytes, end, byte, after: false, lineEnd, [around], share: 1)
      {
        candidates.append([around, byte, around])
      }
    }
  }

  /// The greatest common length of all runs of `byte`, at most 8; 1 where runs differ.
  private static func runLength(_ bytes: [UInt8], _ end: Int, _ byte: UInt8) -> Int {
    var common = 0
    var run = 0
    for at in 0...end {
      if at < end && bytes[at] == byte {
        run += 1
      } else if run > 0 {
        (common, run) = (gcd(common, run), 0)
        if common == 1 { return 1 }
      }
    }
    return (2...4).contains(common) ? common : 1
  }

  private static func gcd(_ first: Int, _ second: Int) -> Int {
    second == 0 ? first : gcd(second, first % second)
  }

  /// The mark behind the first `byte`, where it may be part of a delimiter.
  private static func neighbour(_ bytes: [UInt8], _ end: Int, _ byte: UInt8) -> UInt8? {
    guard let at = bytes.prefix(end).firstIndex(of: byte), at + 1 < end else { return nil }
    let next = bytes[at + 1]
    return mayDelimit[Int(next)] && next != 0x20 && next != byte ? next : nil
  }

  /// Whether (nearly) every `byte` has one of `others` right after or before it.
  private static func always(
    _ bytes: [UInt8],
    _ end: Int,
    _ byte: UInt8,
    after: Bool,
    _ lineEnd: UInt8,
    _ others: [UInt8],
    share: Double
  ) -> Bool {
    var all = 0
    var with = 0
    for at in 0..<end where bytes[at] == byte {
      all += 1
      let place = after ? at + 1 : at - 1
      guard place >= 0, place < end else { continue }
      if others.contains(bytes[place]) {
        with += 1
      } else if after && (bytes[place] == lineEnd || bytes[place] == 0x0D) {
        all -= 1
      }
    }
    return all > 0 && with > 0 && Double(with) >= share * Double(all)
  }
}
