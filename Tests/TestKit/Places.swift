import Foundation
import Glibc

/// Where things lie that tests need.
public enum Places: Sendable {
  /// The folder that holds `Package.swift`.
  public static let package: String = {
    let file = #filePath
    guard let end = file.range(of: "/Tests/TestKit/") else { return "." }
    return String(file[..<end.lowerBound])
  }()

  /// The folder of corpora and checkers: `$SHARED`, else `../shared` beside the package.
  public static let shared: String =
    ProcessInfo.processInfo.environment["SHARED"] ?? "\(package)/../shared"

  /// The folder of the running test bundle, where the build also puts the command.
  public static let products: String = {
    let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return ((executable ?? "") as NSString).deletingLastPathComponent
  }()

  /// The `dropmill` command of this build, or the one `$DROPMILL` names.
  public static let dropmill: String =
    ProcessInfo.processInfo.environment["DROPMILL"] ?? "\(products)/dropmill"

  /// Whether a file or folder of the shared corpora is there: `hasShared("corpora/records")`.
  public static func hasShared(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(shared)/\(path)")
  }
}
