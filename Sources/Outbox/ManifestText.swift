/// A manifest as it lies in the outbox, with records taken out of its batch.
public struct ManifestText: Sendable {
  /// The manifest's new text.
  public let text: [UInt8]
  /// Of the records that were taken out, lines that said that keys are gone.
  public let deletions: Int64

  /// Takes records out: `records`, `bytes` and `sha256` are those of the new data, each source has
  /// written fewer and refused more, and `erased` counts all that was ever taken out.
  ///
  /// Goes by the lines that ``JSONWriter`` writes; nil where it is no manifest of ours, or not of that data.
  ///
  /// - Parameters:
  ///   - manifest: The manifest as it was.
  ///   - gone: The lines of the data that were taken out, counted from 0, ascending.
  ///   - size: The size of the new data in bytes.
  ///   - sha256: The hash of the new data.
  public init?(_ manifest: [UInt8], without gone: [Int], size: Int64, sha256: [UInt8]) {
    var lines = String(decoding: manifest, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let top = Members(depth: 1)
    guard let records = top.number("records", in: lines),
      let created = top.find("created", in: lines)
    else { return nil }
    let erased = top.number("erased", in: lines) ?? 0
    top.set("records", to: records - Int64(gone.count), in: &lines)
    top.set("bytes", to: size, in: &lines)
    top.set("sha256", to: "\"\(hexadecimal(sha256))\"", in: &lines)
    let all = erased + Int64(gone.count)
    if top.find("erased", in: lines) == nil {
      lines.insert("  \"erased\": \(all),", at: created + 1)
    } else {
      top.set("erased", to: all, in: &lines)
    }
    guard var at = lines.firstIndex(of: "  \"sources\": [") else { return nil }
    var deletions: Int64 = 0
    var first: Int64 = 0
    var rest = gone[...]
    while let start = lines[at...].firstIndex(of: "    {"),
      let end = lines[start...].firstIndex(where: { $0 == "    }" || $0 == "    }," })
    {
      at = end
      var source = Array(lines[start...end])
      let members = Members(depth: 3)
      guard let written = members.number("records_written", in: source),
        let rejected = members.number("rejected", in: source)
      else { return nil }
      let own = Int64(rest.prefix { Int64($0) < first + written }.count)
      rest = rest.dropFirst(Int(own))
      first += written
      members.set("records_written", to: written - own, in: &source)
      members.set("rejected", to: rejected + own, in: &source)
      lines.replaceSubrange(start...end, with: source)
      if members.find("deletions", in: source) != nil { deletions += own }
    }
    guard rest.isEmpty, first == records else { return nil }
    self.deletions = deletions
    text = Array(lines.joined(separator: "\n").utf8)
  }
}

/// The members of an object that ``JSONWriter`` wrote, each on a line of its own.
private struct Members {
  let indentation: String

  init(depth: Int) { indentation = String(repeating: "  ", count: depth) }

  func find(_ name: String, in lines: [String]) -> Int? {
    let start = "\(indentation)\"\(name)\": "
    return lines.firstIndex { $0.hasPrefix(start) }
  }

  func value(_ name: String, in lines: [String]) -> String? {
    guard let index = find(name, in: lines) else { return nil }
    let value = lines[index].dropFirst(indentation.count + name.count + 4)
    return String(value.last == "," ? value.dropLast() : value)
  }

  func number(_ name: String, in lines: [String]) -> Int64? {
    value(name, in: lines).flatMap { Int64($0) }
  }

  func set(_ name: String, to value: some CustomStringConvertible, in lines: inout [String]) {
    guard let index = find(name, in: lines) else { return }
    let comma = lines[index].hasSuffix(",") ? "," : ""
    lines[index] = "\(indentation)\"\(name)\": \(value)\(comma)"
  }
}
