import Foundation
import TestKit

/// A Swift file of the package, as the rules of the house see it.
struct SourceFile {
  /// The path from the package's folder.
  let path: String
  /// The lines, comments and all.
  let lines: [String]

  /// The first folder under `Sources/` or `Tests/`.
  var room: String { String(path.split(separator: "/").dropFirst().first ?? "") }

  /// Every Swift file under a folder of the package.
  static func all(under folder: String) throws -> [SourceFile] {
    let top = "\(Places.package)/\(folder)"
    let walk = FileManager.default.enumerator(atPath: top)?.allObjects as? [String] ?? []
    return try walk.filter { $0.hasSuffix(".swift") }.sorted().map { relative in
      let text = try String(contentsOfFile: "\(top)/\(relative)", encoding: .utf8)
      return SourceFile(
        path: "\(folder)/\(relative)",
        lines: text.components(separatedBy: "\n")
      )
    }
  }

  /// A line without its strings' contents and its comment: what the compiler acts on.
  func code(at index: Int) -> String {
    let line = lines[index].replacing(/"(\\.|[^"\\])*"/, with: "\"\"")
    guard let comment = line.firstRange(of: "//") else { return line }
    return String(line[..<comment.lowerBound])
  }

  /// The numbers (from 1) of the lines whose code matches and that no comment accounts for.
  ///
  /// A comment accounts for the rest of the declaration it stands in, right above or right below.
  func lines(with pattern: Regex<Substring>, unexplainedBy comment: String) -> [Int] {
    lines.indices.filter { index in
      code(at: index).contains(pattern) && !isExplained(index, by: comment)
    }.map { $0 + 1 }
  }

  private func isExplained(_ index: Int, by comment: String) -> Bool {
    if lines[index...].dropFirst().prefix(2).contains(where: { $0.contains(comment) }) {
      return true
    }
    var hasSeenDeclaration = false
    for above in stride(from: index, through: 0, by: -1) {
      if lines[above].contains(comment) { return true }
      let words = lines[above].trimmingCharacters(in: .whitespaces)
      if hasSeenDeclaration, !words.hasPrefix("//"), !words.hasPrefix("@") { return false }
      if code(at: above).contains(
        /(^|[^.\w])(func|init|deinit|subscript|class|struct|enum|extension)\b/
      ) {
        hasSeenDeclaration = true
      }
    }
    return false
  }
}
