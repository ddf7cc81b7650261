import Bytes
import CFuzzer
import Canonical
import Conversion
import Detection
import Formats
import Glibc
import Records

/// What a drop came to.
struct FuzzedDrop {
  private final class Collector: RecordSink {
    var bytes: [UInt8] = []
    var rejects = 0

    func restart() {
      bytes = []
      rejects = 0
    }

    func accept(_ block: CanonicalBlock) {
      block.append(to: &bytes)
      rejects += block.rejects.count
    }
  }

  /// Converters keep what they have made room for.
  private static let proving = converter(.proven)
  private static let plain = converter(.text)

  private static func converter(_ typing: ConversionSettings.Typing) -> Converter {
    var settings = ConversionSettings()
    settings.workers = 1
    settings.typing = typing
    return Converter(settings: settings)
  }

  private var lines: [UInt8] = []
  private var rejects = 0
  private var report: ConversionReport?
  private var failure: String?

  private init(_ bytes: [UInt8], _ statement: Statement, _ typing: ConversionSettings.Typing) {
    let sink = Collector()
    let converter = typing == .text ? Self.plain : Self.proving
    let descriptor = Self.file(bytes)
    defer { close(descriptor) }
    do throws(ConversionError) {
      report = try converter.convert(
        descriptor: descriptor,
        name: [],
        known: nil,
        statement: statement,
        sink: sink
      )
    } catch {
      failure = error.code
    }
    lines = sink.bytes
    rejects = sink.rejects
  }

  /// A file in memory.
  static func file(_ bytes: [UInt8]) -> Int32 {
    let descriptor = fuzz_memory_file()
    // Safe: the array outlives the call.
    let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    guard descriptor >= 0, count == bytes.count else { fail("no file in memory: \(errno)") }
    return descriptor
  }
}

extension FuzzedDrop {
  /// Nothing is lost, lines are canonical, and blocks of any size hold the same rows.
  static func check(_ bytes: [UInt8], _ statement: Statement) {
    let drop = FuzzedDrop(bytes, statement, .proven)
    guard let report = drop.report else { return }
    let count = drop.lines.count { $0 == 0x0A }
    expect(UInt64(count), report.recordsConverted, "lines for the records converted")
    expect(UInt64(drop.rejects), report.recordsRejected, "rejects for the records rejected")
    expect(TextEncoding.validUTF8(drop.lines), drop.lines.count, "lines are UTF-8")
    let text = FuzzedDrop(bytes, statement, .text)
    expect(text.report?.recordsRead, report.recordsRead, "records without types")
    drop.checkCanonical(.proven)
    text.checkCanonical(.text)
    CutDrop.check(bytes, report.findings)
  }

  /// The lines, read as JSON lines with the same types, give themselves.
  private func checkCanonical(_ typing: ConversionSettings.Typing) {
    guard !lines.isEmpty, lines.count < 1 << 16 else { return }
    var statement = Statement()
    statement.layout.format = .ndjson
    let again = FuzzedDrop(lines, statement, typing)
    expect(again.failure, nil, "canonical lines are read again")
    expect(again.rejects, 0, "no canonical line is rejected")
    if again.lines != lines {
      let wanted = String(decoding: lines, as: UTF8.self)
      expect(String(decoding: again.lines, as: UTF8.self), wanted, "canonical lines of themselves")
    }
  }
}
