import Benchmark
import Bytes
import Canonical
import Detection
import Files
import Formats
import Identity
import Records

/// Records of each sample: some megabytes.
private let count = 40_000

private let rate = BenchmarkMetric.custom("MB/s", polarity: .prefersLarger)

/// Runs `body` often; `bytes` is what one run takes in, so that the clock reads as a rate.
private func measure(
  _ name: String,
  bytes: Int,
  _ body: @escaping () throws -> Void
) {
  Benchmark(
    name,
    configuration: .init(
      metrics: [.wallClock, rate],
      warmupIterations: 2,
      maxDuration: .seconds(2),
      maxIterations: 400
    )
  ) { benchmark in
    let clock = ContinuousClock()
    let begin = clock.now
    try body()
    let seconds = (clock.now - begin) / .seconds(1)
    benchmark.measurement(rate, Int(Double(bytes) / seconds / 1e6))
  }
}

private func measureBytes(_ text: [UInt8]) {
  measure("Bytes.utf8-census", bytes: text.count) {
    var census = UTF8Census()
    // Safe: the array outlives the call.
    unsafe text.withUnsafeBufferPointer { unsafe census.add($0) }
    blackHole(census)
  }
  measure("Bytes.sha256", bytes: text.count) {
    var hasher = SHA256Hasher()
    // Safe: as above.
    unsafe text.withUnsafeBytes { unsafe hasher.update($0) }
    blackHole(hasher.finish())
  }
  for encoding in ["windows-1252", "utf-16le"] {
    measure("Bytes.\(encoding)", bytes: text.count) { try decode(text, from: encoding) }
  }
}

private func decode(_ text: [UInt8], from name: String) throws {
  let encoding = TextEncoding(named: name)
  let stream = try DecodeStream(over: ArrayStream(text), encoding: encoding, replaces: true)
  let buffer = ByteBuffer(capacity: 1 << 18)
  // Safe: the buffer has that capacity.
  let room = unsafe UnsafeMutableBufferPointer(start: buffer.base, count: buffer.capacity)
  while try unsafe stream.read(into: room) > 0 {}
}

private func measureFormats(_ name: String, _ sample: Sample) {
  measure("Formats.\(name)-split", bytes: sample.bytes.count) {
    var splitter = Sample.splitter(sample.layout)
    for block in sample.blocks {
      // Safe: the block's storage has the slack that splitters may read.
      let bytes = unsafe UnsafeBufferPointer(start: block.storage.base, count: block.end)
      blackHole(try unsafe splitter.split(bytes, isLast: block.isLast))
    }
  }
  let reader = sample.reader()
  let rows = RowBlock()
  measure("Formats.\(name)-read", bytes: sample.bytes.count) {
    for block in sample.blocks { reader.read(block, into: rows) }
  }
}

private func measureCanonical(_ sample: Sample) {
  guard case .delimited(let layout) = sample.layout,
    let key = FingerprintKey(bytes: [UInt8](repeating: 7, count: 32))
  else { return }
  let blocks = sample.rows()
  let known = layout.names.map { _ in ColumnType?.none }
  var evidence: [ColumnEvidence] = []
  let open = Plan(
    names: layout.names,
    forms: layout.names.map { _ in .string(isOpen: false) },
    known: known,
    typesItsValues: false
  )
  for rows in blocks { CanonicalWriter.infer(rows, plan: open, into: &evidence) }
  let typed = Plan(
    names: layout.names,
    verdicts: Proof.verdicts(evidence, known: known),
    known: known,
    typesItsValues: false
  )
  let block = CanonicalBlock()
  for (name, plan, key) in [
    ("text", open, nil), ("typed", typed, nil), ("typed-fingerprinted", typed, key),
  ] {
    let writer = CanonicalWriter(key: key)
    measure("Canonical.write-\(name)", bytes: sample.bytes.count) {
      for rows in blocks {
        writer.write(rows, plan: plan, into: block)
        precondition(!block.isViolated, "the plan holds what it was made from")
      }
    }
  }
}

private func measureDetection(_ samples: [(String, Sample)]) {
  for (name, sample) in samples {
    let head = Array(sample.bytes.prefix(Detector.headBytes))
    measure("Detection.\(name)", bytes: head.count) {
      blackHole(try Detector.detect(head: head, isWhole: false))
    }
  }
}

private func measureIdentity() throws {
  let folder = RunFolder(try Directory(makingPath: Array("/tmp/dropmill-rooms".utf8)))
  let set = try IdentitySet([], in: folder)
  var draw = SplitMix(state: 1)
  let rows = (0..<(1 << 18)).map { _ in Fingerprint(high: draw.next(), low: draw.next()) }
  measure("Identity.admit", bytes: rows.count * 16) {
    let session = try set.session()
    var isNew: [Bool] = []
    for start in stride(from: 0, to: rows.count, by: 8_192) {
      let block = Array(rows[start..<start + 8_192])
      try session.admit(block.span, isNew: &isNew)
    }
    precondition(session.count == rows.count, "drawn fingerprints are distinct")
  }
}

let benchmarks: @Sendable () -> Void = {
  do {
    let delimited = try Sample.delimited(count)
    let lines = try Sample.lines(count)
    let xml = try Sample.xml(count)
    measureBytes(delimited.bytes)
    for (name, sample) in [("delimited", delimited), ("json", lines), ("xml", xml)] {
      measureFormats(name, sample)
    }
    measureCanonical(delimited)
    measureDetection([("delimited", delimited), ("json", lines), ("xml", xml)])
    try measureIdentity()
  } catch {
    fatalError("no sample: \(error)")
  }
}
