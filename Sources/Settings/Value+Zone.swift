import Canonical
import Foundation
import Synchronization

extension Value {
  /// Zones that were asked for: to list the changes of one takes a while.
  private static let known = Mutex<[String: ZoneOffsets]>([:])

  /// A time zone with its offsets from 1850 to 2150.
  func zone() throws(WrongValue) -> ZoneOffsets {
    let expected = "a time zone, such as Europe/Berlin, UTC or +02:00"
    let name = try text(expected)
    if let zone = Self.known.withLock({ $0[name] }) { return zone }
    guard let zone = Self.zone(named: name) else { throw WrongValue(self, expected: expected) }
    let offsets = Self.offsets(of: zone, named: name)
    Self.known.withLock { $0[name] = offsets }
    return offsets
  }

  private static func offsets(of zone: TimeZone, named name: String) -> ZoneOffsets {
    let first = Date(timeIntervalSince1970: -3_786_825_600)
    let last = Date(timeIntervalSince1970: 5_680_281_600)
    var starts: [Int64] = [.min]
    var offsets = [Int32(zone.secondsFromGMT(for: first))]
    var at = first
    while let next = zone.nextDaylightSavingTimeTransition(after: at), next < last, next > at {
      at = next
      let offset = Int32(zone.secondsFromGMT(for: next))
      if offset == offsets.last { continue }
      starts.append(Int64(next.timeIntervalSince1970))
      offsets.append(offset)
    }
    return ZoneOffsets(name: name, starts: starts, offsets: offsets)
  }

  private static func zone(named name: String) -> TimeZone? {
    if name == "UTC" || name == "Z" { return .gmt }
    if let sign = name.first, sign == "+" || sign == "-" {
      let parts = name.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hours = Int(parts[0]),
        let minutes = Int(parts[1]), hours < 15, minutes < 60
      else { return nil }
      let seconds = hours * 3_600 + minutes * 60
      return TimeZone(secondsFromGMT: sign == "-" ? -seconds : seconds)
    }
    // Abbreviations such as CET are names for more than one thing.
    guard name.contains("/") else { return nil }
    return TimeZone(identifier: name)
  }
}
