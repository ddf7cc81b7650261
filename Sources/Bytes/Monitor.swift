import Glibc

/// A value behind a lock, with a condition to wait on.
///
/// The threads of the data plane hand blocks to each other through it: `Mutex` of the standard
/// library has no condition variable.
@safe
public final class Monitor<Value>: @unchecked Sendable {
  // Sendable because `value` is touched only between lock and unlock.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var value: Value

  /// A monitor of `value`.
  public init(_ value: sending Value) {
    self.value = value
    // Safe: both live at a fixed address until deinit.
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` alone, then wakes all who wait.
  public func update<Result, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(condition)
      unsafe pthread_mutex_unlock(mutex)
    }
    return try body(&value)
  }

  /// Runs `body` alone, then wakes all who wait where it says so: a change that nobody waits for
  /// costs no thread its sleep.
  public func change(_ body: (inout Value) -> Bool) {
    unsafe pthread_mutex_lock(mutex)
    if body(&value) { unsafe pthread_cond_broadcast(condition) }
    unsafe pthread_mutex_unlock(mutex)
  }

  /// Runs `body` alone, again after each update, until it answers; wakes nobody.
  public func take<Result, Failure: Error>(
    until body: (inout Value) throws(Failure) -> Result?
  ) throws(Failure) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    while true {
      if let result = try body(&value) { return result }
      unsafe pthread_cond_wait(condition, mutex)
    }
  }

  /// Runs `body` alone, again after each update, until it answers; then wakes all who wait.
  public func wait<Result, Failure: Error>(
    until body: (inout Value) throws(Failure) -> Result?
  ) throws(Failure) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer {
      unsafe pthread_cond_broadcast(condition)
      unsafe pthread_mutex_unlock(mutex)
    }
    while true {
      if let result = try body(&value) { return result }
      unsafe pthread_cond_wait(condition, mutex)
    }
  }
}

/// Threads of our own, for work that blocks or that fills a core.
public enum Threads: Sendable {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts a thread that runs `body` and ends with it.
  ///
  /// All signals are blocked in it, so that they reach the thread that waits for them.
  public static func start(_ body: @escaping @Sendable () -> Void) {
    var all = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    var attributes = pthread_attr_t()
    unsafe pthread_attr_init(&attributes)
    unsafe pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer { unsafe pthread_attr_destroy(&attributes) }
    var thread = pthread_t()
    // Safe: the object is retained for the thread, which takes it over.
    let work = unsafe Unmanaged.passRetained(Work(body)).toOpaque()
    let result = unsafe pthread_create(&thread, &attributes, run, work)
    precondition(result == 0, "pthread_create failed")
  }

  private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    guard let raw = unsafe $0 else { return nil }
    unsafe Unmanaged<Work>.fromOpaque(raw).takeRetainedValue().body()
    return nil
  }

  /// Processors this process may run on.
  public static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
