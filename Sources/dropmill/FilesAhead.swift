import Bytes
import Canonical
import Conversion
import Files
import Records

/// A small file's records, converted and held.
final class HeldFile: FileSink, @unchecked Sendable {
  // Sendable because it has one owner at a time: the worker that fills it, then who takes it.

  /// More than this is not held: the file is left to the one who writes.
  private static let mostBytes = 4 << 20

  /// The file holds more than may be held.
  struct TooLarge: Error {}

  private(set) var rejects: [Reject] = []
  let lines = ByteBuffer(capacity: 64)
  private(set) var ends: [UInt32] = []
  private(set) var fingerprints: [Fingerprint] = []
  /// What became of the file; nil where it is left to the one who writes.
  var outcome: FileOutcome?

  func restart() {
    rejects = []
    lines.count = 0
    ends = []
    fingerprints = []
  }

  func accept(_ block: CanonicalBlock) throws {
    guard lines.count + block.byteCount <= Self.mostBytes else { throw TooLarge() }
    rejects += block.rejects
    let start = UInt32(lines.count)
    block.withLines { lines.append($0) }
    if block.fingerprints.isEmpty { return }
    ends += block.ends.map { $0 + start }
    fingerprints += block.fingerprints
  }
}

/// Converts small files ahead of the one who writes them out, each on one thread, several at once.
///
/// A file that is not small is only passed by: the one who writes converts it, on all threads.
final class FilesAhead: Sendable {
  private struct State {
    /// The next file that nobody has begun.
    var next = 0
    /// The next file to be handed out.
    var taken = 0
    var done: [Int: HeldFile] = [:]
    /// Bytes of the lines in `done`.
    var heldBytes = 0
    var isStopped = false
    var threads = 0
  }

  /// A file up to this size is small.
  private static let smallSize: Int64 = 1 << 18
  /// Files that a worker takes at once, so that handing them over costs little.
  private static let run = 16
  /// Nothing is begun while so many bytes or files wait to be written.
  private static let heldBytes = 8 << 20
  private static let heldFiles = 1024

  private let paths: [String]
  private let monitor = Monitor(State())

  /// Starts to convert the files at `paths` on so many threads, each with a conversion of its own.
  init(_ paths: [String], threads: Int, _ makeConversion: () -> FileConversion) {
    self.paths = paths
    monitor.update { $0.threads = threads }
    for _ in 0..<threads {
      let conversion = makeConversion()
      Threads.start {
        let folder = LatestFolder()
        while let files = self.claim() {
          let held = files.map { self.convert(self.paths[$0], in: folder, conversion) }
          self.finish(files.lowerBound, held)
        }
        self.monitor.update { $0.threads -= 1 }
      }
    }
  }

  /// The next file in order; waits until it is converted.
  func take() -> HeldFile {
    monitor.wait { state in
      guard let file = state.done.removeValue(forKey: state.taken) else { return nil }
      state.taken += 1
      state.heldBytes -= file.lines.count
      return file
    }
  }

  /// Ends the work and waits until every thread has left it.
  func stop() {
    monitor.update { $0.isStopped = true }
    monitor.wait { $0.threads == 0 ? () : nil }
  }

  private func claim() -> Range<Int>? {
    monitor.wait { state -> Range<Int>?? in
      if state.isStopped || state.next == self.paths.count { return .some(nil) }
      let isFull = state.heldBytes > Self.heldBytes || state.next > state.taken + Self.heldFiles
      if isFull { return nil }
      let files = state.next..<min(state.next + Self.run, self.paths.count)
      state.next = files.upperBound
      return files
    }
  }

  private func finish(_ first: Int, _ files: [HeldFile]) {
    monitor.update { state in
      for (offset, file) in files.enumerated() {
        state.done[first + offset] = file
        state.heldBytes += file.lines.count
      }
    }
  }

  private func convert(
    _ path: String,
    in folder: LatestFolder,
    _ conversion: FileConversion
  ) -> HeldFile {
    let held = HeldFile()
    do throws(FileError) {
      let source = try SourceFile(path: path, in: folder)
      if try source.file.facts().size > Self.smallSize { return held }
      do {
        held.outcome = try conversion.run(source, into: held)
      } catch {
        // Larger than it looked: as if nothing had been done.
        held.restart()
      }
    } catch {
      held.outcome = FileConversion.failure(error)
    }
    return held
  }
}

extension ConversionSettings {
  /// The same for a thread that has company.
  var onOneThread: ConversionSettings {
    var settings = self
    settings.workers = 1
    return settings
  }
}
