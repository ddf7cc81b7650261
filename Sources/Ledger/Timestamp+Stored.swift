import Files

extension Timestamp {
  /// The moment as the tables hold it: nanoseconds since 1970-01-01 UTC.
  var stored: Int64 { seconds * 1_000_000_000 + nanoseconds }

  init(stored: Int64) {
    let (seconds, nanoseconds) = stored.quotientAndRemainder(dividingBy: 1_000_000_000)
    self =
      nanoseconds < 0
      ? Timestamp(seconds: seconds - 1, nanoseconds: nanoseconds + 1_000_000_000)
      : Timestamp(seconds: seconds, nanoseconds: nanoseconds)
  }
}
