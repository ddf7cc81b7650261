import Foundation
import Glibc

/// A folder of its own for one test, removed with the last reference to it.
public final class ScratchFolder: Sendable {
  /// The folder's absolute path, without a slash at the end.
  public let path: String

  /// Makes an empty folder under the system's temporary folder.
  public init() throws {
    path = FileManager.default.temporaryDirectory.path + "/dropmill-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Makes a sub-folder and its parents, and returns its path.
  @discardableResult
  public func folder(_ name: String) throws -> String {
    try FileManager.default.createDirectory(atPath: full(name), withIntermediateDirectories: true)
    return full(name)
  }

  /// Writes a file in place, as `cp` does, and returns its path.
  @discardableResult
  public func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    try makeParent(of: name)
    try put(Array(bytes), at: full(name))
    return full(name)
  }

  /// Writes a text as UTF-8, in place, and returns the file's path.
  @discardableResult
  public func write(_ name: String, _ text: String) throws -> String {
    try write(name, text.utf8)
  }

  /// Writes a file under a hidden name and renames it, as careful uploaders do.
  @discardableResult
  public func deliver(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    try makeParent(of: name)
    let url = URL(filePath: full(name))
    let hidden = url.deletingLastPathComponent().appending(path: ".\(UUID().uuidString).part")
    try put(Array(bytes), at: hidden.path)
    try FileManager.default.moveItem(at: hidden, to: url)
    return url.path
  }

  /// A file's bytes.
  public func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: full(name))))
  }

  /// A file's bytes as text; bytes that are not UTF-8 show as U+FFFD.
  public func text(_ name: String) throws -> String {
    String(decoding: try bytes(name), as: UTF8.self)
  }

  /// The object that a JSON file holds.
  public func json(_ name: String) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(try bytes(name)))
    guard let object = value as? [String: Any] else { throw NotAnObject(name: name) }
    return object
  }

  /// Every file under the folder as a relative path, sorted; folders are left out.
  public func files(under name: String = "") -> [String] {
    let top = name.isEmpty ? path : full(name)
    guard let walk = FileManager.default.enumerator(atPath: top) else { return [] }
    var found: [String] = []
    for case let relative as String in walk {
      var isFolder: ObjCBool = false
      let exists = unsafe FileManager.default.fileExists(
        atPath: "\(top)/\(relative)",
        isDirectory: &isFolder
      )
      if exists, !isFolder.boolValue { found.append(relative) }
    }
    return found.sorted()
  }

  /// Whether something of that name is there.
  public func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: full(name))
  }

  private func full(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file whose descriptor no child of another test inherits: it would count as a writer.
  private func put(_ bytes: [UInt8], at path: String) throws {
    try SlowWriter.write(bytes, to: path, piece: max(bytes.count, 1), pauseMilliseconds: 0)
  }

  private func makeParent(of name: String) throws {
    let parent = URL(filePath: full(name)).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
  }

  private struct NotAnObject: Error { let name: String }
}
