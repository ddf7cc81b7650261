import Files

/// The note of which drop is being read, so that a process that ends there blames that drop alone.
///
/// It is written and not synced: what ends a process leaves the kernel's pages as they are. A power cut
/// may leave an old note or none; then no drop is blamed.
final class ReadingMark {
  /// A drop, and how often it had been taken up when its reading began.
  struct Suspect: Equatable {
    var claim: String
    var attempts: Int
  }

  private let file: File
  private var isSet = false

  private static let size = 64

  init(in state: borrowing Directory) throws(FileError) {
    file = try state.openOrCreate(Array("reading".utf8), mode: 0o600)
  }

  /// The drop that an earlier life was reading when it ended; nil when it was reading none.
  func suspect() throws(FileError) -> Suspect? {
    let text = String(decoding: try file.someBytes(at: 0, upTo: ReadingMark.size), as: UTF8.self)
    let words = text.split(separator: " ")
    guard words.count == 2, let attempts = Int(words[1]) else { return nil }
    return Suspect(claim: String(words[0]), attempts: attempts)
  }

  /// Notes that a drop is about to be read, in the place of the one before.
  func set(_ suspect: Suspect) throws(FileError) {
    isSet = true
    try write("\(suspect.claim) \(suspect.attempts)")
  }

  /// Notes that no drop is being read.
  func clear() throws(FileError) {
    guard isSet else { return }
    isSet = false
    try write("")
  }

  /// Forgets what an earlier life noted.
  func forget() throws(FileError) {
    isSet = true
    try clear()
  }

  private func write(_ text: String) throws(FileError) {
    let bytes = Array(text.utf8)
    let padding = [UInt8](repeating: UInt8(ascii: " "), count: ReadingMark.size - bytes.count)
    try file.write(bytes + padding, at: 0)
  }
}
