import ArgumentParser

/// How commands end; scripts go by these numbers.
enum ExitStatus {
  /// Done, but something was rejected or held.
  static let rejected = ExitCode(1)
  /// The data is not what it should be.
  static let badData = ExitCode(65)
  /// The settings are not what they should be.
  static let settings = ExitCode(78)
  /// A file is not there.
  static let noInput = ExitCode(66)
}
