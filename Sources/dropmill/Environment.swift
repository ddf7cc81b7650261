import Files
import Foundation

/// What the environment says.
enum Environment {
  /// Where files go that nobody is to see.
  static var temporaryFolder: [UInt8] {
    let entry = Files.environmentValue("TMPDIR")
    return Array((entry ?? "/tmp").utf8)
  }

  /// All variables.
  static var variables: [String: String] { ProcessInfo.processInfo.environment }
}
