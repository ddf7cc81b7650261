import Bytes
import Files
import Synchronization

/// Answers other processes of the same user about the state folder while this one holds it.
///
/// How this works: the ledger has one connection in one process, so whoever wants to know or to change
/// something while a mill works asks that mill, over a socket in the state folder. Each who asks is
/// answered by a thread of his own: nobody waits for a conversion to know how things stand, nor for
/// another who has connected and says nothing.
final class ControlServer: Sendable {
  /// The socket's name in the state folder.
  static let name = Array("control".utf8)
  /// How long somebody who connects may take to say what he wants.
  private static let patience: Duration = .seconds(10)
  /// Bytes of a request: names of drops and columns.
  private static let requestLimit = 1 << 20
  /// Those who are answered at once; more wait to be heard.
  private static let limit = 32

  private let wakeup: Wakeup
  private let ending = Monitor(false)
  /// Those who are being answered.
  private let busy = Monitor(0)
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

  private final class Connection: Sendable {
    let socket: LocalConnection
    init(_ socket: consuming LocalConnection) { self.socket = socket }
  }

  private func run(_ listener: Listener, _ desk: ReportDesk) {
    while !isStopping.load(ordering: .acquiring) {
      do throws(FileError) {
        _ = try waitUntilReadable([wakeup.raw, listener.socket.raw], timeout: nil)
        guard let socket = try listener.socket.accept() else { continue }
        let connection = Connection(socket)
        busy.wait { (count) -> Void? in
          guard count < Self.limit else { return nil }
          count += 1
          return ()
        }
        Threads.start { [self] in
          answer(connection, desk)
          busy.update { $0 -= 1 }
        }
      } catch {
        // Who asked is gone, or descriptors ran out: the next one may fare better.
        if error.isErrno(Errno.tooManyOpen) || error.isErrno(Errno.tableFull) {
          _ = try? waitUntilReadable([wakeup.raw], timeout: .milliseconds(100))
        }
      }
    }
  }

  private func answer(_ connection: Connection, _ desk: ReportDesk) {
    do throws(FileError) {
      let line = try connection.socket.line(upTo: Self.requestLimit, within: Self.patience)
      guard let line, let request = ReportText.read(StateRequest.self, line) else { return }
      guard let answer = desk.answer(request) else { return }
      try connection.socket.send(ReportText.line(answer))
    } catch {
      // Who asked is gone: there is nobody to tell.
    }
  }
}
