import Files
import Synchronization

/// A note of which drop is being read, so that a process that ends there blames that drop alone.
///
/// Each thread that reads drops has a mark of its own. They are written and not synced: what ends a
/// process leaves the kernel's pages as they are. A power cut may leave an old note or none; then no drop
/// is blamed.
final class ReadingMark: Sendable {
  /// A drop, and how often it had been taken up when its reading began.
  struct Suspect: Equatable {
    var claim: String
    var attempts: Int
  }

  private let marks: ReadingMarks
  private let offset: Int64
  private let isSet = Atomic(false)

  fileprivate init(_ marks: ReadingMarks, offset: Int64) {
    self.marks = marks
    self.offset = offset
  }

  /// Notes that a drop is about to be read, in the place of the one before.
  func set(_ suspect: Suspect) throws(FileError) {
    isSet.store(true, ordering: .relaxed)
    try marks.write("\(suspect.claim) \(suspect.attempts)", at: offset)
  }

  /// Notes that no drop is being read.
  func clear() throws(FileError) {
    guard isSet.exchange(false, ordering: .relaxed) else { return }
    try marks.write("", at: offset)
  }
}

/// The file `reading` in the state folder, with all marks.
final class ReadingMarks: Sendable {
  private let file: File

  /// Bytes of a mark.
  private static let size = 64

  init(in state: borrowing Directory) throws(FileError) {
    file = try state.openOrCreate(Array("reading".utf8), mode: 0o600)
  }

  /// The mark of that number, counted from 0.
  func mark(_ number: Int) -> ReadingMark {
    ReadingMark(self, offset: Int64(number * ReadingMarks.size))
  }

  /// The drops that an earlier life was reading when it ended.
  func suspects() throws(FileError) -> [ReadingMark.Suspect] {
    let bytes = try file.bytes()
    return stride(from: 0, to: bytes.count, by: ReadingMarks.size).compactMap { start in
      let mark = bytes[start..<min(start + ReadingMarks.size, bytes.count)]
      let words = String(decoding: mark, as: UTF8.self).split(separator: " ")
      guard words.count == 2, let attempts = Int(words[1]) else { return nil }
      return ReadingMark.Suspect(claim: String(words[0]), attempts: attempts)
    }
  }

  /// Forgets what an earlier life noted.
  func forget() throws(FileError) {
    try file.resize(to: 0)
  }

  fileprivate func write(_ text: String, at offset: Int64) throws(FileError) {
    let bytes = Array(text.utf8)
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: ReadingMarks.size - bytes.count)
    try file.write(bytes + padding, at: offset)
  }
}
