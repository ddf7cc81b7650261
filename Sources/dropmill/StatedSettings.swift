import Files
import Settings

/// What the command line says about settings, and the settings that follow from it.
struct StatedSettings: Equatable {
  /// The settings file.
  var config: String?
  /// Settings as `key=value`.
  var stated: [String] = []

  /// The settings in force.
  ///
  /// - Parameters:
  ///   - standardFile: the file that is read where none is named; nil: none.
  ///   - options: what other options of the command state.
  /// - Returns: the settings.
  /// - Throws: `ExitCode` 78, after every problem was named.
  func read(standardFile: String?, options: [Settings.Option] = []) throws -> Settings {
    do throws(SettingsErrors) {
      return try load(standardFile: standardFile, options: options)
    } catch {
      for problem in error.problems { Talk.say("dropmill: \(problem)") }
      throw ExitStatus.settings
    }
  }

  /// The settings as they are now, without a word where they are wrong.
  func load(
    standardFile: String?,
    options: [Settings.Option]
  ) throws(SettingsErrors) -> Settings {
    try Settings.read(
      file: try Self.file(path(standardFile)),
      environment: Files.environmentValues(withPrefix: Settings.variablePrefix),
      options: options + Self.split(stated)
    )
  }

  /// The settings file; nil where there is none.
  func path(_ standardFile: String?) -> (path: String, isNamed: Bool)? {
    if let named = config ?? Files.environmentValue("DROPMILL_CONFIG") { return (named, true) }
    return standardFile.map { ($0, false) }
  }

  private static func file(
    _ place: (path: String, isNamed: Bool)?
  ) throws(SettingsErrors) -> (path: String, text: String)? {
    guard let place else { return nil }
    let parts = PathParts(place.path)
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try Directory(path: parts.folder).readNamed(parts.name).bytes()
    } catch {
      if error.exitCode == 66, !place.isNamed { return nil }
      throw SettingsErrors([.unreadable(path: place.path, found: "\(error)")])
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw SettingsErrors([.unreadable(path: place.path, found: "it is not UTF-8. Save it so.")])
    }
    return (place.path, text)
  }

  private static func split(_ stated: [String]) -> [Settings.Option] {
    stated.map { text in
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return Settings.Option(
        key: String(parts[0]),
        value: parts.count > 1 ? String(parts[1]) : "",
        spelling: "--set \(text)"
      )
    }
  }
}
