import Bytes
import Canonical
import Records
import Testing

/// Random numbers that a failure can name.
private struct Draw: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}

struct KernelTests {
  private static let forms: [Form] =
    [.string(isOpen: false), .object, .array, .empty, .time, .date(.named)]
    + Form.Pair.allCases.map { .boolean($0) }
    + [Form.Convention.point, .comma, .grouped].flatMap {
      [.integer($0), .number($0), .decimal($0)]
    }
    + [Form.Order.yearMonthDay, .dayMonthYear, .monthDayYear].flatMap {
      [.date($0), .localDateTime($0), .instant($0)]
    }

  /// Values that the kernel writes, or just does not.
  private static let texts = [
    "0", "-0", "7", "-7", "007", "-", "", "999999999999999", "1234567890123456", "9007199254740993",
    "-123456789012345", "-1234567890123456", "12345678901234567890123456789012345678901234567890",
    "0.5", "-0.5", "-0.50", "0.00", "-0.00", "0.000001", "0.0000001", "-0.0000010", "1.", ".5",
    "1e3",
    "12.500", "12345678901234.5", "123456789012345.6", "1.5.5", "36.10", "+1", "1 ", " 1", "100",
    "00",
    "1.234", "1,234", "1.234,5", "1,234.5", "1.234.567,89", "-1,234,567.890", "12,34", "0,50",
    "0.123,4",
    "1234.567,8", "1.23,4", "1.234,", ",5", "1,234,56", "123456789.012345678901234567890123456789",
    "2026-01-31", "2024-02-29", "2026-02-29", "2026/01/31", "2026.01.31", "2026-01/31",
    "0000-01-01",
    "31.01.2026", "31/01/2026", "01-31-2026", "12.12.0000", "32.01.2026", "1.1.2026", "31.01/2026",
    "2026-01-31T23:59:59Z", "2026-01-31 23:59:59Z", "2026-01-31T23:59:59", "2026-01-31 24:00:00",
    "31.01.2026 10:15:30", "31.01.2026T10:15:30Z", "01/31/2026 10:15:30", "31.01.2026 10:15",
    "2026-01-31T23:59:59.5Z", "2026-01-31T23:59:59+02:00", "2026-01-31T23:60:00Z", "10:15:30",
    "true", "FALSE", "True", "yes", "NO", "y", "N", "t", "F", "tru", "truely", "x",
    "plain", "a \"quoted\" word", "back\\slash", "two\nlines\tand\u{1}\u{1F}\u{7F}", "Ελένη 🛒",
    "a text that is quite a lot longer than sixty-four bytes, so that it is copied in another way",
    "a text that is just as long, with a \"quote\" near its end, behind all sixty-four of them: \"",
    "{}", "[1,2]",
  ]

  private func lines(_ texts: [String], _ kind: CellKind, _ plan: Plan) -> ([UInt8], Bool, Int) {
    let rows = RowBlock()
    rows.begin(block: nil, width: 1)
    for (line, text) in texts.enumerated() {
      let place = rows.scratch.count
      rows.scratch.append(contentsOf: Array(text.utf8))
      // Safe: a row has room for one cell.
      let row = unsafe rows.nextRow()
      unsafe row[0] = Cell(scratchOffset: place, length: text.utf8.count, kind: kind)
      rows.commitRow(line: line)
    }
    let block = CanonicalBlock()
    CanonicalWriter(key: nil).write(rows, plan: plan, into: block)
    var bytes: [UInt8] = []
    block.append(to: &bytes)
    return (bytes, block.isViolated, block.rejects.count)
  }

  private func plan(_ form: Form, typesItsValues: Bool) -> Plan {
    Plan(names: ["v"], forms: [form], known: [nil], typesItsValues: typesItsValues)
  }

  /// Whether the kernel and the writer alone make the same of each text under each form.
  private func compare(_ texts: [String], _ kinds: [CellKind], _ comment: Comment) {
    for form in Self.forms {
      for typesItsValues in [false, true] {
        let alone = plan(form, typesItsValues: typesItsValues)
        alone.turnOffKernel()
        let both = plan(form, typesItsValues: typesItsValues)
        for kind in kinds {
          for text in texts {
            let slow = lines([text], kind, alone)
            let fast = lines([text], kind, both)
            let isSame = slow.1 == fast.1 && slow.2 == fast.2 && (slow.1 || slow.0 == fast.0)
            #expect(isSame, "\(comment): \(form), \(kind), \(text)")
          }
        }
      }
    }
  }

  @Test func `the kernel writes each value as the writer does`() {
    compare(Self.texts, [.text, .true, .false, .object, .array], "as it stands")
    let plain = Self.texts.filter { text in
      text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }
    }
    compare(plain, [.plainText], "without escapes")
    let numbers = [
      "0", "-0", "12", "-12.50", "1e3", "0.0000001", "12345678901234567", "1E-7", "0.10",
    ]
    compare(numbers, [.number], "numbers of JSON")
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `the kernel writes changed values as the writer does`(seed: UInt64) {
    var draw = Draw(state: seed)
    let letters = Array("0123456789.,-/: TZe+aye".utf8)
    let changed = (0..<40).map { _ -> String in
      var text = Array((Self.texts.randomElement(using: &draw) ?? "").utf8.prefix(30))
      for _ in 0..<Int.random(in: 1...2, using: &draw) where !text.isEmpty {
        let at = Int.random(in: 0..<text.count, using: &draw)
        text[at] = letters.randomElement(using: &draw) ?? 0x30
      }
      return String(decoding: text, as: UTF8.self)
    }
    compare(changed, [.text], "seed \(seed)")
  }

  @Test func `lines that need more room than there is are written whole`() {
    let long = String(repeating: "\u{1}", count: 200_000)
    let both = plan(.string(isOpen: false), typesItsValues: false)
    let (bytes, isViolated, _) = lines(["a", long, "b", long], .text, both)
    #expect(!isViolated)
    #expect(bytes.count == 2 * 10 + 2 * (9 + 6 * 200_000))
    #expect(bytes.suffix(7).elementsEqual("u0001\"}\n".utf8.suffix(7)))
  }
}
