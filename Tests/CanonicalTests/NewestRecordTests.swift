import Canonical
import Testing

@Suite struct `The newest record` {
  @Test func `moments are in order in time, whatever their fractions`() {
    let moments = [
      #""2026-11-09T10:00:00Z""#, #""2026-11-09T10:00:00.5Z""#, #""2026-11-09T10:00:01Z""#,
      #""2026-11-10""#,
    ].map(NewestRecord.init(text:))
    #expect(moments == moments.sorted() && moments == moments.reversed().sorted())
    #expect(NewestRecord(text: "9") < NewestRecord(text: "10.5"))
    #expect(!(NewestRecord(text: "9") < NewestRecord(text: "\"a\"")))
    #expect(!(NewestRecord(text: "\"a\"") < NewestRecord(text: "9")))
  }
}
