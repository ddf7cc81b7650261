import Files
import Mill
import Settings
import Testing

@Suite struct `An expectation` {
  private func expectation(_ text: String) throws -> Settings::Expectation {
    let settings = try Settings.read(file: ("s", "feeds: {a: {expect: \(text)}}"))
    return try #require(settings.settings(ofFeed: "a").expectation)
  }

  /// Seconds since 1970 of an hour of a day in November 2026, UTC; the 23rd is a Monday.
  private func moment(_ day: Int64, _ hour: Int64) -> Timestamp {
    Timestamp(seconds: 1_793_491_200 + (day - 1) * 86_400 + hour * 3_600)
  }

  private func arrival(
    _ day: Int64,
    _ hour: Int64,
    records: Int64 = 5,
    bytes: Int64 = 50
  ) -> Settings::Expectation.Arrival {
    Settings::Expectation.Arrival(at: moment(day, hour), records: records, bytes: bytes)
  }

  @Test func `is unmet once its time is past, and met again by a late drop`() throws {
    let daily = try expectation("{by: \"06:30\", zone: UTC}")
    let yesterday = arrival(23, 6)
    #expect(daily.unmet(by: yesterday, at: moment(24, 6)) == [])
    let late = daily.unmet(by: yesterday, at: moment(24, 7))
    #expect(
      late == [
        "nothing came since 2026-11-23T06:00:00.000Z; "
          + "a drop was due by 2026-11-24T06:30:00.000Z"
      ]
    )
    #expect(daily.unmet(by: arrival(24, 9), at: moment(24, 10)) == [])
    #expect(daily.unmet(by: arrival(23, 8), at: moment(24, 7)) == [])
    #expect(daily.unmet(by: nil, at: moment(24, 7)).first?.contains("nothing ever came") == true)
  }

  @Test func `keeps to its weekdays`() throws {
    let weekly = try expectation("{by: \"06:00\", on: [mon], zone: UTC}")
    #expect(weekly.unmet(by: arrival(16, 9), at: moment(22, 23)) == [])
    #expect(weekly.unmet(by: arrival(16, 5), at: moment(23, 7)).count == 1)
    #expect(weekly.unmet(by: arrival(17, 5), at: moment(23, 7)) == [])
    let working = try expectation("{by: \"06:00\", on: [mon, tue, wed, thu, fri], zone: UTC}")
    // From Friday's drop to Monday's due nothing is late.
    #expect(working.unmet(by: arrival(20, 5), at: moment(22, 12)) == [])
    #expect(working.unmet(by: arrival(20, 5), at: moment(23, 12)).count == 1)
  }

  @Test func `goes by the clocks of its zone`() throws {
    let berlin = try expectation("{by: \"06:00\", zone: Europe/Berlin}")
    #expect(berlin.unmet(by: arrival(23, 4), at: moment(24, 4)) == [])
    #expect(berlin.unmet(by: arrival(23, 4), at: moment(24, 6)).count == 1)
  }

  @Test func `tells too few and too many from enough`() throws {
    let sized = try expectation("{rows: 10..20, bytes: 100..}")
    #expect(sized.unmet(by: arrival(23, 4, records: 10, bytes: 100), at: moment(24, 0)) == [])
    #expect(
      sized.unmet(by: arrival(23, 4, records: 21, bytes: 99), at: moment(24, 0)) == [
        "the last drop has 21 records; 10 to 20 records were expected",
        "the last drop has 99 bytes; at least 100 bytes were expected",
      ]
    )
    #expect(sized.unmet(by: nil, at: moment(24, 0)) == [])
  }
}
