import FoundationEssentials

/// A manifest as it lies in the outbox, read back.
struct ManifestFile: Decodable {
  struct Source: Decodable {
    var recordsRead: Int64
    var recordsWritten: Int64
    var duplicates: Int64
    var rejected: Int64
  }

  var batch: String
  var feed: String
  var sequence: Int64
  var schemaVersion: Int
  var records: Int64
  var bytes: Int64
  var sha256: String
  var sources: [Source]

  static let ending = Array(".manifest.json".utf8)

  /// The manifest in those bytes, or what is wrong with them.
  static func read(_ bytes: [UInt8]) -> Result<ManifestFile, Unreadable> {
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return .success(try decoder.decode(ManifestFile.self, from: Data(bytes)))
    } catch {
      return .failure(Unreadable(found: "it is no manifest: \(error)"))
    }
  }

  struct Unreadable: Error {
    var found: String
  }

  /// What does not add up, in words; nil where all does.
  var faultySum: String? {
    for (index, source) in sources.enumerated() {
      let sum = source.recordsWritten + source.duplicates + source.rejected
      if source.recordsRead != sum {
        return "source \(index + 1) read \(source.recordsRead) records and accounts for \(sum)"
      }
    }
    let written = sources.reduce(0) { $0 + $1.recordsWritten }
    return written == records ? nil : "its sources wrote \(written) records, it holds \(records)"
  }
}
