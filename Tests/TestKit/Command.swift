import Foundation
public import Glibc
import Synchronization

/// A child process: its output goes to files, so nothing can block on a full pipe.
///
/// A child that is still running when the last reference goes is killed.
public final class Command: Sendable {
  /// What an ended process left behind.
  public struct Ending: Sendable {
    /// The exit status; 128 + the signal's number when a signal ended it.
    public let status: Int32
    /// All that it wrote to standard output.
    public let output: [UInt8]
    /// All that it wrote to standard error.
    public let errors: [UInt8]
    /// The most memory it held, in KiB.
    public let peakKiB: Int

    /// Standard output as text.
    public var text: String { String(decoding: output, as: UTF8.self) }
    /// Standard error as text.
    public var errorText: String { String(decoding: errors, as: UTF8.self) }
    /// Standard output's lines, without their ends.
    public var lines: [String] {
      text.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    }
  }

  /// Why a process could not be started.
  public struct StartError: Error {
    /// The path that was to be run.
    public let executable: String
    /// The system's error number.
    public let code: Int32
  }

  /// The child's process number.
  public let id: pid_t
  private let scratch: ScratchFolder
  private let hasEnded = Mutex(false)

  /// Starts a process; a name without a slash is looked up in `PATH`.
  ///
  /// - Parameters:
  ///   - executable: The program.
  ///   - arguments: Its arguments, without its own name.
  ///   - input: What it reads from standard input; nothing when absent.
  ///   - environment: Variables to add to this process's own.
  ///   - folder: Its working folder; this process's own when absent.
  /// - Throws: ``StartError`` when there is no such program or no process to be had.
  public init(
    _ executable: String,
    _ arguments: [String],
    input: [UInt8] = [],
    environment: [String: String] = [:],
    in folder: String? = nil
  ) throws {
    scratch = try ScratchFolder()
    try scratch.write("in", input)
    var variables = ProcessInfo.processInfo.environment
    variables.merge(environment) { _, new in new }
    let moved = folder.map { ["env", "-C", $0, executable] + arguments }
    id = try Self.spawn(
      moved ?? [executable] + arguments,
      variables: variables.map { "\($0)=\($1)" },
      streams: scratch.path
    )
  }

  deinit {
    if !hasEnded.withLock({ $0 }) {
      kill(id, SIGKILL)
      var status: Int32 = 0
      // Safe: the pointer is to a local, for this call only.
      unsafe waitpid(id, &status, 0)
    }
  }

  /// Runs a process to its end.
  public static func run(
    _ executable: String,
    _ arguments: [String],
    input: [UInt8] = [],
    environment: [String: String] = [:],
    in folder: String? = nil
  ) throws -> Ending {
    try Command(executable, arguments, input: input, environment: environment, in: folder).wait()
  }

  /// Sends a signal.
  public func signal(_ number: Int32) {
    kill(id, number)
  }

  /// What the process has written to standard error so far.
  public var errorsSoFar: String { (try? scratch.text("err")) ?? "" }

  /// Waits until the process has said something on standard error, woken by what it writes.
  ///
  /// - Returns: Whether it has said so; false where it ended without.
  public func waitUntilSaid(_ words: String) -> Bool {
    let events = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    defer { close(events) }
    // Safe: the name is copied by the kernel, for this call only.
    unsafe inotify_add_watch(events, "\(scratch.path)/err", UInt32(IN_MODIFY))
    while true {
      // Whether it runs is asked first: what it said before its end is seen then.
      let isOver = isOver
      if errorsSoFar.contains(words) { return true }
      if isOver { return false }
      var request = pollfd(fd: events, events: Int16(POLLIN), revents: 0)
      // Its end writes nothing, so that is looked for now and then.
      // Safe: the pointer is to a local, for this call only.
      guard unsafe poll(&request, 1, 1_000) > 0 else { continue }
      var news = [UInt8](repeating: 0, count: 4_096)
      // Safe: the buffer's own pointer and length, for this call only.
      _ = unsafe news.withUnsafeMutableBytes { unsafe read(events, $0.baseAddress, $0.count) }
    }
  }

  /// Whether the process has ended; it can still be waited for.
  private var isOver: Bool {
    // Safe: the pointer is to a local, for this call only.
    var found = unsafe siginfo_t()
    let result = unsafe waitid(P_PID, id_t(id), &found, WEXITED | WNOHANG | WNOWAIT)
    return unsafe result != 0 || found.si_signo != 0
  }

  /// Waits for the end; to be called once.
  public func wait() throws -> Ending {
    var status: Int32 = 0
    var usage = rusage()
    // Safe: both pointers are to locals, for this call only.
    while unsafe wait4(id, &status, 0, &usage) < 0, errno == EINTR {}
    hasEnded.withLock { $0 = true }
    let signal = status & 0x7f
    return Ending(
      status: signal == 0 ? (status >> 8) & 0xff : 128 + signal,
      output: try scratch.bytes("out"),
      errors: try scratch.bytes("err"),
      peakKiB: usage.ru_maxrss
    )
  }

  private static func spawn(
    _ words: [String],
    variables: [String],
    streams: String
  ) throws -> pid_t {
    // Safe: both lists end with nil, and every string is freed only after the child has its copy.
    var argv = unsafe words.map { unsafe strdup($0) }
    var envp = unsafe variables.map { unsafe strdup($0) }
    defer {
      let owned = unsafe argv + envp
      for index in unsafe owned.indices { unsafe free(owned[index]) }
    }
    unsafe argv.append(nil)
    unsafe envp.append(nil)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    let create = O_WRONLY | O_CREAT | O_TRUNC
    unsafe posix_spawn_file_actions_addopen(&actions, 0, "\(streams)/in", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, "\(streams)/out", create, 0o600)
    unsafe posix_spawn_file_actions_addopen(&actions, 2, "\(streams)/err", create, 0o600)
    var id: pid_t = 0
    let code = unsafe posix_spawnp(&id, words[0], &actions, nil, argv, envp)
    guard code == 0 else { throw StartError(executable: words[0], code: code) }
    return id
  }
}
