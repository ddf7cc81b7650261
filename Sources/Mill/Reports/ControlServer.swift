import Bytes
import Files
import Synchronization

/// Answers other processes of the same user about the state folder while this one holds it.
///
/// How this works: the ledger has one connection in one process, so whoever wants to know something
/// while a mill works asks that mill, over a socket in the state folder. A thread of its own answers,
/// so that an answer never waits for a conversion.
final class ControlServer: Sendable {
  /// The socket's name in the state folder.
  static let name = Array("control".utf8)
  /// How long somebody who connects may take to say what he wants.
  private static let patience: Duration = .seconds(10)

  private let wakeup: Wakeup
  private let ending = Monitor(false)
  private let isStopping = Atomic(false)

  /// Starts to answer; the state folder's lock must be held.
  init(in state: borrowing Directory, _ desk: ReportDesk) throws(FileError) {
    wakeup = try Wakeup()
    let listener = Listener(try LocalListener(in: state, name: Self.name))
    Threads.start { [self] in
      run(listener, desk)
      ending.update { $0 = true }
    }
  }

  /// Ends the thread and waits for it.
  func stop() {
    isStopping.store(true, ordering: .releasing)
    wakeup.wake()
    ending.wait { $0 ? () : nil }
  }

  private final class Listener: Sendable {
    let socket: LocalListener
    init(_ socket: consuming LocalListener) { self.socket = socket }
  }

  private func run(_ listener: Listener, _ desk: ReportDesk) {
    while !isStopping.load(ordering: .acquiring) {
      do throws(FileError) {
        _ = try waitUntilReadable([wakeup.raw, listener.socket.raw], timeout: nil)
        guard let connection = try listener.socket.accept() else { continue }
        guard let line = try connection.line(upTo: 4_096, within: Self.patience),
          let request = ReportText.read(StateRequest.self, line)
        else { continue }
        try connection.send(ReportText.line(desk.answer(request)))
      } catch {
        // Who asked is gone, or descriptors ran out: the next one may fare better.
        if error.isErrno(Errno.tooManyOpen) || error.isErrno(Errno.tableFull) {
          _ = try? waitUntilReadable([wakeup.raw], timeout: .milliseconds(100))
        }
      }
    }
  }
}
