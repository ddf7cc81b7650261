import Glibc

// Sendable because a stream has one owner at a time: the thread that pulls from it.
/// Another stream, read on a thread of its own a few blocks ahead, so that reading and inflating
/// overlap with what is done with the bytes.
///
/// The thread ends with the stream, at the latest when the last reference goes; that waits for a
/// read that is under way.
@safe
public final class ReadAheadStream: ByteStream, @unchecked Sendable {
  private let ring: ReadAheadRing
  private var thread = pthread_t()
  private let hasThread: Bool

  /// Reads `source` ahead by at most `blocks` blocks of `blockSize` bytes.
  public init(over source: any ByteStream, blocks: Int = 4, blockSize: Int = 1 << 18) {
    ring = ReadAheadRing(source: source, blocks: blocks, blockSize: blockSize)
    var made = pthread_t()
    // Safe: the thread owns one reference to the ring and gives it back when it ends.
    let owned = unsafe Unmanaged.passRetained(ring)
    let failure = unsafe pthread_create(
      &made,
      nil,
      { context in
        guard let context = unsafe context else { return nil }
        let ring = unsafe Unmanaged<ReadAheadRing>.fromOpaque(context).takeRetainedValue()
        ring.fill()
        return nil
      },
      owned.toOpaque()
    )
    hasThread = failure == 0
    thread = made
    if failure != 0 { unsafe owned.release() }
  }

  deinit {
    guard hasThread else { return }
    ring.stop()
    // Once; the thread ends at its next look at the ring.
    pthread_join(thread, nil)
  }

  /// Takes what the thread has read; waits for it where there is nothing yet.
  public func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    // Without a thread (the system had none left) the source is read here.
    hasThread ? unsafe try ring.take(into: buffer) : unsafe try ring.source.read(into: buffer)
  }
}

// Sendable because `filled`, `isStopped` and `ending` are touched only under the lock, a block
// only by the side whose turn it is, `position` and `taking` only by the taker.
/// Blocks between the thread that reads and the one that takes.
@safe
private final class ReadAheadRing: @unchecked Sendable {
  let source: any ByteStream
  private let blocks: [ByteBuffer]
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let change: UnsafeMutablePointer<pthread_cond_t>
  /// Blocks that hold bytes for the taker.
  private var filled = 0
  private var isStopped = false
  private var ending: Ending?
  /// The block being taken, and how far.
  private var taking = 0
  private var position = 0

  private enum Ending {
    case end
    case failure(BytesError)
  }

  init(source: any ByteStream, blocks: Int, blockSize: Int) {
    self.source = source
    self.blocks = (0..<max(blocks, 2)).map { _ in ByteBuffer(capacity: max(blockSize, 1)) }
    // Safe: neither moves; both are destroyed and freed once, in deinit.
    unsafe lock = .allocate(capacity: 1)
    unsafe change = .allocate(capacity: 1)
    unsafe pthread_mutex_init(lock, nil)
    unsafe pthread_cond_init(change, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(change)
    unsafe pthread_mutex_destroy(lock)
    unsafe change.deallocate()
    unsafe lock.deallocate()
  }

  func stop() {
    unsafe pthread_mutex_lock(lock)
    isStopped = true
    unsafe pthread_cond_broadcast(change)
    unsafe pthread_mutex_unlock(lock)
  }

  /// The thread's whole life: fills one block after another until the end, an error or a stop.
  func fill() {
    var next = 0
    while waitForRoom() {
      let block = blocks[next]
      next = (next + 1) % blocks.count
      var ending: Ending?
      block.count = 0
      do throws(BytesError) {
        // Safe: the source fills at most the block's capacity.
        let room = unsafe UnsafeMutableBufferPointer(start: block.base, count: block.capacity)
        block.count = unsafe try source.read(into: room)
        if block.count == 0 { ending = .end }
      } catch {
        ending = .failure(error)
      }
      hand(over: ending)
      if ending != nil { return }
    }
  }

  private func waitForRoom() -> Bool {
    unsafe pthread_mutex_lock(lock)
    while filled == blocks.count && !isStopped { unsafe pthread_cond_wait(change, lock) }
    let goesOn = !isStopped
    unsafe pthread_mutex_unlock(lock)
    return goesOn
  }

  private func hand(over ending: Ending?) {
    unsafe pthread_mutex_lock(lock)
    if ending == nil { filled += 1 }
    self.ending = ending
    unsafe pthread_cond_broadcast(change)
    unsafe pthread_mutex_unlock(lock)
  }

  func take(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(BytesError) -> Int {
    guard buffer.count > 0, try waitForBytes() else { return 0 }
    let block = blocks[taking]
    let count = min(block.count - position, buffer.count)
    // Safe: the block holds `count` bytes behind `position`, the buffer has room for them.
    unsafe buffer.baseAddress?.update(from: block.base + position, count: count)
    position += count
    if position == block.count { giveBack() }
    return count
  }

  private func waitForBytes() throws(BytesError) -> Bool {
    unsafe pthread_mutex_lock(lock)
    while filled == 0 && ending == nil { unsafe pthread_cond_wait(change, lock) }
    let has = filled > 0
    let ending = ending
    unsafe pthread_mutex_unlock(lock)
    if !has, case .failure(let error) = ending { throw error }
    return has
  }

  private func giveBack() {
    position = 0
    taking = (taking + 1) % blocks.count
    unsafe pthread_mutex_lock(lock)
    filled -= 1
    unsafe pthread_cond_broadcast(change)
    unsafe pthread_mutex_unlock(lock)
  }
}
