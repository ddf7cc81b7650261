import Foundation
import TestKit
import Testing

/// The independent checker of outboxes, run by a Python that has what it needs.
enum Verifier {
  /// Why tests with it are skipped when it is not there.
  static let absence: Comment = "no verify_outbox.py or no Python with rfc8785 and jsonschema"

  private static let script = "\(Places.shared)/verify/verify_outbox.py"

  private static let python: String? = ["\(Places.package)/.venv/bin/python", "python3"].first {
    let probe = try? Command.run($0, ["-c", "import rfc8785, jsonschema"])
    return probe?.status == 0
  }

  /// Whether the checker can run here.
  static let isAvailable = FileManager.default.fileExists(atPath: script) && python != nil

  /// What the checker prints and how it ends for an outbox: 0 where every rule holds.
  static func check(_ outbox: String, _ options: [String] = []) throws -> Command.Ending {
    try Command.run(python ?? "python3", [script, outbox] + options)
  }
}
