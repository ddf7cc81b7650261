import Bytes
import Canonical
import Detection
import Formats
import Records

/// Made-up orders in one format, cut into blocks: the same bytes in every run.
struct Sample {
  /// The whole of it.
  let bytes: [UInt8]
  /// What detection says of it.
  let layout: Layout
  /// Whole records each, some 256 KiB.
  let blocks: [ByteBlock]

  init(_ text: String) throws {
    bytes = Array(text.utf8)
    let findings = try Detector.detect(
      head: Array(bytes.prefix(Detector.headBytes)),
      isWhole: bytes.count <= Detector.headBytes
    )
    layout = findings.layout
    blocks = try Self.cut(bytes, layout)
  }

  /// A splitter at the content's beginning.
  static func splitter(_ layout: Layout) -> any RecordSplitter {
    switch layout {
    case .delimited(let layout): DelimitedSplitter(layout: layout)
    case .json(let layout): JSONSplitter(layout: layout)
    case .xml(let layout): XMLSplitter(layout: layout)
    case .empty: fatalError("a sample holds records")
    }
  }

  /// A reader of the sample's blocks.
  func reader() -> any RecordReader {
    switch layout {
    case .delimited(let layout): DelimitedReader(layout: layout)
    case .json(let layout): JSONReader(layout: layout, names: [])
    case .xml(let layout): XMLReader(layout: layout, names: [])
    case .empty: fatalError("a sample holds records")
    }
  }

  /// The rows of each block.
  func rows() -> [RowBlock] {
    let reader = reader()
    return blocks.map { block in
      let rows = RowBlock()
      reader.read(block, into: rows)
      return rows
    }
  }

  private static func cut(_ bytes: [UInt8], _ layout: Layout) throws -> [ByteBlock] {
    var splitter = splitter(layout)
    var blocks: [ByteBlock] = []
    var at = 0
    while at < bytes.count {
      let end = min(at + 256 << 10, bytes.count)
      let block = ByteBlock(capacity: end - at)
      block.storage.append(contentsOf: Array(bytes[at..<end]))
      // Safe: the block's storage has the slack that splitters may read.
      let split = try unsafe splitter.split(block.storage.bytes, isLast: end == bytes.count)
      block.hold(split)
      blocks.append(block)
      at += split.next
    }
    return blocks
  }
}

extension Sample {
  /// Orders as delimited text with a header.
  static func delimited(_ count: Int) throws -> Sample {
    try Sample(
      "order_id,customer,name,created_at,amount,currency,quantity,gift,note\n"
        + orders(count).map { order in
          order.map { $0.contains { ",\"\n".contains($0) } ? "\"\($0)\"" : $0 }
            .joined(separator: ",") + "\n"
        }.joined()
    )
  }

  /// Orders as a JSON object a line.
  static func lines(_ count: Int) throws -> Sample {
    try Sample(
      orders(count).map { order in
        "{"
          + zip(names, order).map { name, value in
            numbers.contains(name) ? "\"\(name)\":\(value)" : "\"\(name)\":\"\(value)\""
          }.joined(separator: ",") + "}\n"
      }.joined()
    )
  }

  /// Orders as elements.
  static func xml(_ count: Int) throws -> Sample {
    try Sample(
      "<?xml version=\"1.0\"?>\n<orders>\n"
        + orders(count).map { order in
          "<order>" + zip(names, order).map { "<\($0)>\($1)</\($0)>" }.joined() + "</order>\n"
        }.joined() + "</orders>\n"
    )
  }

  private static let names = [
    "order_id", "customer", "name", "created_at", "amount", "currency", "quantity", "gift", "note",
  ]
  private static let people = ["Anna Müller", "Ben Smith", "Zoë Søndergård", "O'Neil, Pat"]
  private static let numbers: Set = ["order_id", "amount", "quantity", "gift"]

  private static func orders(_ count: Int) -> [[String]] {
    var draw = SplitMix(state: 20_261_130)
    return (0..<count).map { number in
      let cents = Int.random(in: 1_000..<1_000_000, using: &draw)
      let customer = Int.random(in: 0..<100_000_000, using: &draw)
      let day = "2026-\(padded(number % 12 + 1, 2))-\(padded(number % 28 + 1, 2))"
      return [
        "\(7_230_000_000 + number * 4_099)",
        padded(customer, 8),
        people[number % people.count],
        "\(day)T10:\(padded(number % 60, 2)):00Z",
        "\(cents / 100).\(cents % 90 + 10)",
        "EUR",
        "\(number % 9 + 1)",
        Bool.random(using: &draw) ? "true" : "false",
        number.isMultiple(of: 7) ? "two words, with a comma" : "",
      ]
    }
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// SplitMix64: numbers that look drawn, the same in every run.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
