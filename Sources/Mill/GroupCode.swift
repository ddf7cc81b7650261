/// Why the mill itself holds a drop.
enum GroupCode: String {
  /// The process ended whenever it read the drop.
  case endsTheProcess = "ends-the-process"
  /// A record lacks a column of the feed's key.
  case keyIncomplete = "key-incomplete"
  /// A record lacks the column by which the feed's drops are in order.
  case orderIncomplete = "order-incomplete"
  /// An earlier drop of the feed had records that are newer than all of this one.
  case olderThanBefore = "older-than-before"
  /// More keys are not in a snapshot than may vanish at once.
  case tooManyDeletes = "too-many-deletes"
  /// Many more records than ever have a key that another record of the drop has.
  case keyRepeats = "key-repeats"
  /// No record, and a header that has none of the feed's columns.
  case unlikeFeed = "unlike-feed"
  /// More records than the feed puts up with do not fit.
  case overBudget = "over-budget"
  /// It held records of somebody who was erased, and is gone.
  case erased
}
