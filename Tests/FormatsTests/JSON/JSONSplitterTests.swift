import Bytes
import CKernels
import Formats
import TestKit
import Testing

private func path(_ text: String) -> [JSONLayout.Step] { JSONLayout.steps(from: text)?.path ?? [] }

struct JSONSplitterTests {
  /// Documents with everything that a cut could go wrong at, and how to read each.
  static let cases: [(String, JSONLayout)] = [
    (
      "{\"a\":1}\r\n\n{\"a\":\"é\\\"\\\\\"} {\"b\":[1,{}]}\n\u{20}{\"a\":x}\n{\"a\":\"\\u00e9\"}",
      .init(.lines)
    ),
    ("[ {\"a\" : \"],[{\\\\\"},\n{\"b\":[[1,2],{\"c\":\"\\\"\"}]} , {}, 7 ]\n", .init(.array([]))),
    (
      "\u{FEFF}{\"m\":{\"n\":-1.5e3,\"x\":[1,[]]},\"d\":{\"r\":[{\"a\":1},{\"a\":2}]},\"t\":true}",
      .init(.array(path("d.r")))
    ),
    ("[{\"page\":1},\n[{\"a\":1},{\"a\":2}] , null ]", .init(.array(path("[1]")))),
    ("{\"k\":{\"x,\":{\"a\":1},\"}\":{\"a\":[\"]\"]}}}\n", .init(.keyed(path("k.*")))),
    (
      "[[\"a\",\"b\"],[1,2],\n[3,null]]",
      .init(.array([]), of: .tuple(names: [[97], [98]]), hasHeader: true)
    ),
    ("{\n\"a\":[1,\n2]}{\"a\":\"}\\\"{\"}\n\n{}\n", .init(.values)),
    (" {\"a\":\n{\"b\":\"c\"}}\n", .init(.document)),
    ("{\"d\":null}", .init(.array(path("d")))),
    ("[]", .init(.array([]))),
    ("[1,2,\"a\\\\\",[],true]", .init(.array([]), of: .value)),
  ]

  @Test(arguments: cases.indices)
  func `the same records come out wherever the bytes are split`(index: Int) {
    let (text, layout) = Self.cases[index]
    let content = Array(text.utf8)
    let whole = JSONDrop(content, layout)
    #expect(whole.error == nil)
    for chunk in 1...content.count {
      #expect(JSONDrop(content, layout, chunk: chunk) == whole, "in chunks of \(chunk)")
    }
  }

  @Test(arguments: [
    ("[{},]", "", 1, 5, "a comma with no record behind it"),
    ("[{}\n,\n]", "", 3, 1, "a comma with no record behind it"),
    ("[,{}]", "", 1, 0, "no value at character 1 of record 1"),
    ("[{},,{}]", "", 1, 0, "no value at character 1 of record 2"),
    ("[{} {}]", "", 1, 0, "no comma before the record at character 1 of record 2"),
    ("[{},{\n\"é\" 1}]", "", 2, 5, "no colon behind a member's name in record 2"),
    ("[{}] x", "", 1, 6, "text behind the document"),
    ("[{}][]", "", 1, 5, "text behind the document"),
    ("[{}}", "", 1, 4, "a bracket that closes another kind"),
    ("{\"a\":01,\"d\":[]}", "d", 1, 6, "no value"),
    ("{\"d\":[] // no\n}", "d", 1, 9, "no comma and no end of the object"),
    ("{\"d\":[],}", "d", 1, 9, "no name of a member"),
    ("{\"d\":[{}],\n \"é\":[1,]}", "d", 2, 9, "no value"),
    ("{\"d\":[{}],\"d\":[]}", "d", 1, 15, "the member that holds the records stands twice"),
    ("{\"d\":{}}", "d", 1, 6, "no array where the records were"),
    ("{\"a\":\"\\q\",\"d\":[]}", "d", 1, 7, "an escape that JSON does not have"),
    ("{\"a\" \"b\"}", "d", 1, 6, "no colon behind a member's name"),
    ("\"d\"", "d", 1, 1, "x"),
  ])
  func `what is not JSON around the records fails the drop at its place`(
    text: String,
    place: String,
    line: Int,
    column: Int,
    found: String
  ) {
    let layout = JSONLayout(.array(place.isEmpty ? [] : path(place)))
    for chunk in [Int.max, 1, 3] {
      let drop = JSONDrop(text, layout, chunk: chunk)
      if found == "x" {
        #expect(drop.error == .recordsNotFound(path: place))
      } else {
        let error = FormatError.notWellFormed(
          format: "JSON",
          line: UInt64(line),
          column: UInt64(column),
          found: found
        )
        #expect(drop.error == error, "in chunks of \(chunk)")
      }
    }
  }

  @Test(arguments: [
    "[", "[{\"a\":1}", "[{\"a\":1},", "[{\"a\":\"", "{\"d\":[{}]", "{\"d\":[{}],\"x", "{", "",
  ])
  func `a document that ends early fails the drop`(text: String) {
    let layout = JSONLayout(.array(text.hasPrefix("{") ? path("d") : []))
    for chunk in [Int.max, 1] {
      #expect(JSONDrop(text, layout, chunk: chunk).error == .endsEarly(format: "JSON", line: 1))
    }
  }

  @Test func `nesting past the limit fails the drop`() {
    let deep = String(repeating: "[", count: 600)
    #expect(JSONDrop(deep, JSONLayout(.array([]))).error == .tooDeep(line: 1, limit: 512))
    #expect(
      JSONDrop("{\"a\":\n\(deep)", JSONLayout(.array(path("d")))).error
        == .tooDeep(line: 2, limit: 512)
    )
    #expect(JSONDrop(deep, JSONLayout(.document)).error == .tooDeep(line: 1, limit: 512))
  }

  @Test func `scalars around the records are kept for the receipt`() {
    let text =
      #"{"count":2,"meta":{"next":"/p?a=\"2\"","ok":true,"no":null,"l":[5]},"d":[{}],"end":1.50}"#
    let drop = JSONDrop(text, JSONLayout(.array(path("d"))))
    #expect(
      drop.scalars == [
        "count=2", "meta.next=/p?a=\"2\"", "meta.ok=true", "meta.no=null", "end=1.50",
      ]
    )
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func `any bytes are read or refused alike wherever they are split`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let letters = Array("{}[]\",:\\\n 1eu0x-.\u{0}\u{1F}\u{E9}".utf8)
    for (text, layout) in Self.cases {
      for _ in 0..<30 {
        var content = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let place = Int.random(in: 0..<content.count, using: &random)
          content[place] = letters[Int.random(in: 0..<letters.count, using: &random)]
        }
        let whole = JSONDrop(content, layout)
        let split = JSONDrop(content, layout, chunk: Int.random(in: 1...9, using: &random))
        // Which of two faults is met first may depend on the split.
        if whole.error == nil {
          #expect(split == whole, "seed \(seed): \(content)")
        } else {
          #expect(split.error != nil, "seed \(seed): \(content)")
        }
      }
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `every way of scanning finds the same`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let letters = Array("{}[],,\"\"\"\\\\\n a1".utf8)
    for _ in 0..<400 {
      let text = (0..<Int.random(in: 0...300, using: &random)).map { _ in
        letters[Int.random(in: 0..<letters.count, using: &random)]
      }
      let buffer = ByteBuffer(capacity: text.count)
      buffer.append(contentsOf: text)
      let cut = Int.random(in: 0...text.count, using: &random)
      let values = Int32.random(in: 0...1, using: &random)
      var findings: [[Int]] = []
      for way in 0..<dropmill_json_scan_ways() {
        var state = dropmill_json_state()
        var finding: [Int] = []
        for (from, to) in [(0, cut), (cut, text.count)] {
          let found = unsafe dropmill_json_scan_by(way, &state, buffer.base, from, to, 5, values)
          finding += [found.at, found.cut, Int(found.cuts), Int(found.stopped)]
          finding += [
            Int(state.depth), Int(truncatingIfNeeded: state.in_string), Int(state.escaped),
          ]
          if found.stopped != 0 { break }
        }
        findings.append(finding)
      }
      #expect(Set(findings).count == 1, "seed \(seed): \(text)")
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `the scan cuts where a slow reading of the same text would`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let letters = Array("{}[],,\"\"\"\\\\\n a1".utf8)
    for _ in 0..<600 {
      let text = (0..<Int.random(in: 0...200, using: &random)).map { _ in
        letters[Int.random(in: 0..<letters.count, using: &random)]
      }
      let buffer = ByteBuffer(capacity: text.count)
      buffer.append(contentsOf: text)
      var state = dropmill_json_state()
      let found = unsafe dropmill_json_scan(&state, buffer.base, 0, text.count, 100, 0)
      let slow = SlowScan(text)
      #expect([found.at, found.cut, Int(found.cuts)] == [slow.at, slow.cut, slow.cuts], "\(text)")
    }
  }
}

/// The scan's result found a byte at a time.
private struct SlowScan {
  var at = 0
  var cut = 0
  var cuts = 0

  init(_ text: [UInt8]) {
    var depth = 0
    var isInString = false
    var isEscaped = false
    while at < text.count {
      let byte = text[at]
      let isPlain = isEscaped
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
      if byte == UInt8(ascii: "\""), !isPlain { isInString.toggle() }
      if !isInString {
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          if depth == 0 { return }
          depth -= 1
        case UInt8(ascii: ",") where depth == 0:
          cut = at + 1
          cuts += 1
        default: break
        }
      }
      at += 1
    }
  }
}
