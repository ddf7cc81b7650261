import TestKit

/// A clean table, drawn from a seed, and the ways that exports spoil one.
struct PollutedTable {
  var names: [String]
  var rows: [[String]]
  var random: SeededGenerator

  /// Tables of three kinds: orders, measurements, members.
  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func pick<T>(_ values: [T]) -> T { values[Int.random(in: 0..<values.count, using: &random)] }
    func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let first = ["Ada", "Grace", "Edsger", "Barbara", "Donald", "Frances", "Niklaus", "Tony"]
    let last = ["Lovelace", "Hopper", "Dijkstra", "Liskov", "Knuth", "Allen", "Wirth", "Hoare"]
    let towns = ["Lisbon", "Porto", "Faro", "Braga", "Coimbra", "Évora"]
    var rows: [[String]] = []
    switch seed % 3 {
    case 0:
      names = ["order_id", "customer", "town", "ordered", "status", "amount", "currency"]
      for row in 0..<30 {
        rows.append([
          "\(4_200 + row)", "\(pick(first)) \(pick(last))", pick(towns),
          "2026-\(two(number(1...12)))-\(two(number(1...28)))", pick(["paid", "open", "sent"]),
          "\(number(1...900)).\(two(number(0...99)))", pick(["EUR", "CHF"]),
        ])
      }
    case 1:
      names = ["Station", "Measured At", "Temperature", "Humidity", "Wind", "Quality"]
      for row in 0..<30 {
        rows.append([
          "\(pick(["NW", "SE", "CT"]))-\(two(number(1...40)))",
          "2026-03-\(two(row % 28 + 1)) \(two(number(0...23))):\(two(number(0...59))):00",
          "\(number(-9...35)).\(number(0...9))", "\(number(20...99))",
          "\(number(0...20)).\(number(0...9))", pick(["good", "fair", "poor"]),
        ])
      }
    default:
      names = ["id", "name", "mail", "joined", "points", "remark"]
      for row in 0..<30 {
        let person = (pick(first), pick(last))
        rows.append([
          "M\(1_000 + row)", "\(person.1), \(person.0)",
          "\(person.0.lowercased())@mail\(number(1...9)).example",
          "2025-\(two(number(1...12)))-\(two(number(1...28)))", "\(number(0...5_000))",
          pick(["pays by card", "moved in spring", "wants no post", ""]),
        ])
      }
    }
    self.rows = rows
    self.random = random
  }

  /// A row of fields as a program writes it.
  func row(
    _ fields: [String],
    delimiter: String = ",",
    quote: Character = "\"",
    all: Bool = false
  ) -> String {
    fields.map { field in
      let needs =
        all || field.contains(delimiter) || field.contains(quote) || field.contains("\n")
      let inner = field.replacing(String(quote), with: "\(quote)\(quote)")
      return needs ? "\(quote)\(inner)\(quote)" : field
    }.joined(separator: delimiter)
  }

  /// The header and the rows, a line each.
  func lines(delimiter: String = ",", quote: Character = "\"", all: Bool = false) -> [String] {
    ([names] + rows).map { row($0, delimiter: delimiter, quote: quote, all: all) }
  }

  /// What `convert` gives, without types: canonical lines.
  func expected(names: [String]? = nil, rows: [[String]]? = nil) -> [String] {
    let names = names ?? self.names
    return (rows ?? self.rows).map { row in
      let members = zip(names, row).filter { !$0.1.isEmpty }
        .sorted { $0.0.utf16.lexicographicallyPrecedes($1.0.utf16) }
        .map { name, value in
          let text = value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
          return "\"\(name)\":\"\(text)\""
        }
      return "{" + members.joined(separator: ",") + "}"
    }
  }
}
