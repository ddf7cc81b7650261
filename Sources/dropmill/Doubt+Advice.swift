import Canonical

extension Doubt {
  /// What would settle it, and where to say so.
  var advice: String { "\(question) State `\(setting)`." }
}
