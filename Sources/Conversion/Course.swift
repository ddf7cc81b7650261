import Canonical

/// What workers go by: the plan, and the source's own names of the columns it knows.
final class Course: Sendable {
  let plan: Plan
  let rawNames: [[UInt8]]

  init(plan: Plan, rawNames: [[UInt8]]) {
    self.plan = plan
    self.rawNames = rawNames
  }
}
