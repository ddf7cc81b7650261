import CFuzzer
import Glibc
import Synchronization

/// Whether an execution goes through everything, and what else is drawn by lot for it.
///
/// The bytes alone decide, so that an input that is run again meets the same. Where `FUZZ_WHOLE` is
/// set, all executions go through everything: what was kept is run so at the end.
struct Share {
  private static let isAll = unsafe getenv("FUZZ_WHOLE") != nil
  private static let executions = Atomic<Int>(0)
  private static let throughAll = Atomic<Int>(0)

  /// Everything is checked.
  let isWhole: Bool
  private let digest: UInt64

  /// Draws for an input, of which one in `count` goes through everything.
  init(_ bytes: [UInt8], wholeOneIn count: UInt64) {
    // Safe: the array outlives the call.
    digest = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe fuzz_digest(0, bytes.baseAddress, bytes.count)
    }
    isWhole = Self.isAll || digest % count == 0
    Self.executions.add(1, ordering: .relaxed)
    if isWhole { Self.throughAll.add(1, ordering: .relaxed) }
  }

  /// A number from 0 to below `count`, another one for each `lot`.
  func draw(_ lot: UInt64, below count: Int) -> Int {
    let mixed = (digest ^ lot &* 0xD1B5_4A32_D192_ED03) &* 0x9E37_79B9_7F4A_7C15
    return Int(mixed >> 33 % UInt64(count))
  }

  /// Whether what is drawn by that lot one time in `count` is drawn, or everything.
  func isOne(in count: Int, _ lot: UInt64) -> Bool { isWhole || draw(lot, below: count) == 0 }

  /// One of a few, drawn; all of them where everything is checked.
  func some(of choices: [Int]) -> [Int] {
    isWhole ? choices : [choices[draw(0, below: choices.count)]]
  }

  /// Writes, when the process ends, how many executions went through everything.
  static func reportAtExit() {
    atexit {
      let all = Share.executions.load(ordering: .relaxed)
      let whole = Share.throughAll.load(ordering: .relaxed)
      say("\(whole) of \(all) executions went through everything")
    }
  }
}
