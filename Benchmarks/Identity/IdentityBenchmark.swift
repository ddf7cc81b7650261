import Files
import Identity
import Records

/// Fills a set of fingerprints batch by batch as the mill does, then measures batches against the full set.
///
///     identity-benchmark FOLDER COUNT BATCH BATCHES
///
/// Prints one line for each measured batch and one for the whole, as `identity_peers` does.
@main
struct IdentityBenchmark {
  static func main() throws {
    let words = CommandLine.arguments
    guard words.count == 5, let count = UInt64(words[2]), let size = UInt64(words[3]),
      let batches = UInt64(words[4])
    else {
      print("usage: identity-benchmark FOLDER COUNT BATCH BATCHES")
      return
    }
    let folder = RunFolder(try Directory(makingPath: Array(words[1].utf8)))
    var benchmark = IdentityBenchmark(folder: folder, set: try IdentitySet([], in: folder))
    let clock = ContinuousClock()
    let start = clock.now
    var next: UInt64 = 0
    while next < count {
      let end = min(next + size, count)
      try benchmark.take((next..<end).map(fingerprint), expecting: end - next)
      next = end
    }
    let filled = clock.now - start
    while let range = benchmark.set.mergeDue(atMost: 1) { try benchmark.merge(range) }
    for number in 0..<batches {
      // Nineteen of twenty are new, the others are spread over what is there.
      let rows = (0..<size).map { row in
        row.isMultiple(of: 20) ? fingerprint((row * 7_919 + number) % count) : fingerprint(next + row)
      }
      let begin = clock.now
      try benchmark.take(rows, expecting: size - (size + 19) / 20)
      print("ours batch \(number): \(seconds(clock.now - begin)) s")
      next += size
    }
    let bytes = try folder.size()
    print(
      "ours: \(benchmark.set.count) fingerprints, filled in \(seconds(filled)) s, "
        + "\(Double(bytes * 100 / benchmark.set.count) / 100) bytes each, "
        + "\(try memory("RssAnon")) MiB of memory, \(try memory("VmHWM")) MiB at most with mapped files"
    )
  }

  let folder: RunFolder
  var set: IdentitySet

  /// One batch through a session: looked up, written, synced, merged where that is due.
  mutating func take(_ rows: [Fingerprint], expecting fresh: UInt64) throws {
    let session = try set.session()
    var isNew: [Bool] = []
    var found = 0
    // As a drop's blocks come.
    for start in stride(from: 0, to: rows.count, by: 8_192) {
      let block = Array(rows[start..<min(start + 8_192, rows.count)])
      found += try session.admit(block.span, isNew: &isNew)
    }
    precondition(found == Int(fresh), "\(found) new instead of \(fresh)")
    if let run = try session.finish() { set = try set.adding(run) }
    try folder.sync()
    if let range = set.mergeDue() { try merge(range) }
  }

  mutating func merge(_ range: Range<Int>) throws {
    let names = set.runs[range].map(\.name)
    set = try set.replacing(range, with: try set.merged(range))
    try folder.remove(names)
  }

  /// The n-th fingerprint: two steps of SplitMix64, which the peers take, too.
  static func fingerprint(_ number: UInt64) -> Fingerprint {
    Fingerprint(high: mixed(2 * number), low: mixed(2 * number + 1))
  }

  private static func mixed(_ number: UInt64) -> UInt64 {
    var word = (number &+ 1) &* 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration / .milliseconds(1)).rounded() / 1_000
  }

  /// A figure of `/proc/self/status` in MiB.
  private static func memory(_ name: String) throws -> Int {
    let status = try Directory(path: Array("/proc/self".utf8)).read(Array("status".utf8))
      .someBytes(at: 0, upTo: 4_096)
    let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
    let line = lines.first { $0.hasPrefix(name) } ?? "0"
    return (Int(line.filter(\.isNumber)) ?? 0) / 1_024
  }
}
