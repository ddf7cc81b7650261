import Files
import Foundation

/// What the environment says.
enum Environment {
  /// Who gives the command: behind `sudo`, the person and not root.
  static var user: String {
    for name in ["SUDO_USER", "USER", "LOGNAME"] {
      if let user = Files.environmentValue(name), !user.isEmpty { return user }
    }
    // Started by a service manager or in a container, there may be none of them.
    let user = NSUserName()
    return user.isEmpty ? "unknown" : user
  }

  /// Where files go that nobody is to see.
  static var temporaryFolder: [UInt8] {
    let entry = Files.environmentValue("TMPDIR")
    return Array((entry ?? "/tmp").utf8)
  }
}
