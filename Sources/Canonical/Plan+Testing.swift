import CKernels

extension Plan {
  /// Leaves all values to the writer, none to the kernel, so that a test can hold both together.
  ///
  /// The plan must not be in use.
  package func turnOffKernel() {
    // Safe: `count` members are initialised.
    for at in 0..<members.count { unsafe members.members[at].form = UInt16(DM_FORM_OTHER) }
  }
}
