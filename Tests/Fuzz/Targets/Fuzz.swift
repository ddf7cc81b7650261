import CFuzzer
import Glibc

/// Fuzzes one target: `fuzz TARGET [libFuzzer's own options and folders]`.
@main
struct Fuzz {
  /// The target that the command line names; the callback takes no state of its own.
  static let target = CommandLine.arguments.dropFirst().first.flatMap(FuzzTarget.init(rawValue:))

  static func main() {
    guard target != nil else {
      let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
      say("name a target: \(names)")
      exit(64)
    }
    Share.reportAtExit()
    // Safe: the arguments live as long as the process, the target's name is left out of them.
    var count = CommandLine.argc - 1
    var words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? =
      unsafe CommandLine.unsafeArgv + 1
    exit(
      unsafe LLVMFuzzerRunDriver(&count, &words) { data, size in
        // Safe: libFuzzer's bytes are copied before anything else.
        Fuzz.target?.run(unsafe Array(UnsafeBufferPointer(start: data, count: size)))
        return 0
      }
    )
  }
}

/// Writes a line to standard error.
func say(_ what: String) {
  let line = Array("fuzz: \(what)\n".utf8)
  // Safe: the array outlives the call.
  _ = unsafe line.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
}

/// Ends the process, so that libFuzzer keeps the input.
func fail(_ what: String) -> Never {
  say(what)
  abort()
}

/// Ends the process unless both are equal; only then is it said in words what should have been.
func expect<Value: Equatable>(
  _ found: Value,
  _ wanted: Value,
  _ what: @autoclosure () -> String
) {
  if found != wanted { fail("\(what())\n  found  \(found)\n  wanted \(wanted)") }
}
