import Records
import Settings

extension ContractRule {
  /// What the settings of a feed say of its contract.
  init(_ settings: FeedSettings) {
    self.init()
    isPinned = settings.contract == .pin
    maximalRejects = settings.maximalRejects?.value
  }
}
