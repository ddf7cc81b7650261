import Canonical
import Conversion
import Files
import Records
import TestKit

/// Keeps what it is given, and how often it came again.
final class Collector: RecordSink {
  var bytes: [UInt8] = []
  var rejects: [Reject] = []
  var restarts = 0

  func restart() {
    bytes = []
    rejects = []
    restarts += 1
  }

  func accept(_ block: CanonicalBlock) {
    block.append(to: &bytes)
    rejects += block.rejects
  }

  var lines: [String] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

/// A drop of given bytes, converted.
enum SmallDrop {
  static func convert(
    _ bytes: [UInt8],
    _ statement: Statement = Statement(),
    known: Schema? = nil,
    typing: ConversionSettings.Typing = .proven,
    workers: Int = 2
  ) throws -> (sink: Collector, report: ConversionReport) {
    let folder = try ScratchFolder()
    defer { withExtendedLifetime(folder) {} }
    let directory = try Directory(path: Array(folder.path.utf8))
    let file = try directory.createUnnamed()
    try file.write(bytes)
    var settings = ConversionSettings()
    settings.workers = workers
    settings.typing = typing
    settings.hashesContent = true
    let sink = Collector()
    let converter = Converter(settings: settings)
    let report = try file.withRaw { descriptor in
      try converter.convert(
        descriptor: descriptor,
        name: [],
        known: KnownFeed(schema: known),
        statement: statement,
        sink: sink
      )
    }
    return (sink, report)
  }
}
