/// Why the mill itself holds a drop.
enum GroupCode: String {
  /// The process ended whenever it read the drop.
  case endsTheProcess = "ends-the-process"
  /// A record lacks a column of the feed's key.
  case keyIncomplete = "key-incomplete"
  /// More keys are not in a snapshot than may vanish at once.
  case tooManyDeletes = "too-many-deletes"
  /// Many more records than ever have a key that another record of the drop has.
  case keyRepeats = "key-repeats"
  /// More records than the feed puts up with do not fit.
  case overBudget = "over-budget"
}
