#pragma once
// System calls as Swift likes them: names are bytes with a length, a result below zero is -errno, and a call that a
// signal interrupted is made again (but for close, fsync and poll: see there).

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "clinux_confine.h"

/// What fstat tells, in fixed-width members.
struct clinux_facts {
  uint64_t device;
  uint64_t inode;
  int64_t size;
  int64_t blocks;
  int64_t modified_seconds;
  int64_t modified_nanoseconds;
  int64_t changed_seconds;
  int64_t changed_nanoseconds;
  uint32_t mode;
  uint32_t links;
  uint32_t user;
  uint32_t group;
};

/// What fstatfs tells.
struct clinux_volume {
  int64_t magic;
  uint64_t block_size;
  uint64_t free_blocks;
  uint64_t available_blocks;
  uint64_t free_inodes;
  uint64_t total_inodes;
};

/// One descriptor to wait for; `ready` is set when it can be read, hung up or failed.
struct clinux_wait {
  int descriptor;
  int ready;
};

// Opening flags, as bits of our own so that no header's numbers leak out.
enum {
  CLINUX_WRITE = 1,
  CLINUX_READ_WRITE = 2,
  CLINUX_CREATE_NEW = 4,
  CLINUX_CREATE = 8,
  CLINUX_DIRECTORY = 16,
  CLINUX_TEMPORARY = 32,
  CLINUX_TRUNCATE = 64,
  CLINUX_FOLLOW = 128,
  CLINUX_PATH = 256,
  CLINUX_WAIT = 512,
};

/// The descriptor that stands for the working directory.
extern const int clinux_here;

int clinux_openat(int directory, const uint8_t *name, size_t length, int flags, uint32_t mode);
int clinux_close(int descriptor);
int clinux_duplicate(int descriptor);
ssize_t clinux_read(int descriptor, void *buffer, size_t count);
ssize_t clinux_pread(int descriptor, void *buffer, size_t count, int64_t offset);
ssize_t clinux_write(int descriptor, const void *buffer, size_t count);
/// A part of a buffer, in bytes.
typedef struct {
  size_t offset;
  size_t count;
} clinux_part;
/// Writes the first of the parts of `buffer` one behind the other, at most 64 of them.
ssize_t clinux_write_parts(int descriptor, const void *buffer, const clinux_part *parts, size_t count);
ssize_t clinux_pwrite(int descriptor, const void *buffer, size_t count, int64_t offset);
int clinux_fsync(int descriptor);
int clinux_fdatasync(int descriptor);
/// Makes all of the file system last that a descriptor lies on.
int clinux_syncfs(int descriptor);
int clinux_start_writeback(int descriptor, int64_t offset, int64_t count);
int clinux_finish_writeback(int descriptor, int64_t offset, int64_t count);
int clinux_truncate(int descriptor, int64_t size);
int64_t clinux_seek(int descriptor, int64_t offset);
int clinux_drop_cache(int descriptor, int64_t offset, int64_t count);
int clinux_set_mode(int descriptor, uint32_t mode);

/// The path of a directory as the kernel has it now; the length, or -errno.
ssize_t clinux_path(int descriptor, uint8_t *buffer, size_t count);
int clinux_facts(int descriptor, struct clinux_facts *facts);
int clinux_facts_at(int directory, const uint8_t *name, size_t length, struct clinux_facts *facts);
int clinux_volume(int descriptor, struct clinux_volume *volume);

int clinux_rename(
  int from, const uint8_t *old_name, size_t old_length, int to, const uint8_t *new_name, size_t new_length,
  int replaces);
/// Lets two names change places; where the file system cannot, the first takes the second's, which must be there.
int clinux_exchange(
  int from, const uint8_t *old_name, size_t old_length, int to, const uint8_t *new_name, size_t new_length);
int clinux_mkdirat(int directory, const uint8_t *name, size_t length, uint32_t mode);
int clinux_unlinkat(int directory, const uint8_t *name, size_t length, int is_directory);
int clinux_link_descriptor(int descriptor, int directory, const uint8_t *name, size_t length);

/// Fills the buffer with directory entries; the bytes filled, 0 at the end.
ssize_t clinux_entries(int descriptor, void *buffer, size_t count);
/// Takes one entry apart; returns the offset of the next one.
size_t clinux_entry(
  const void *buffer, size_t offset, uint64_t *inode, uint8_t *type, const uint8_t **name, size_t *length);

/// 1 when no writer has the file open, 0 when one has, below zero when the kernel will not say.
int clinux_no_writer(int descriptor);
/// 1 when the lock is ours, 0 when somebody else holds it.
int clinux_lock(int descriptor);

int clinux_inotify(void);
/// Watches the directory behind a descriptor, whatever it is called by now.
int clinux_watch(int inotify, int directory, uint32_t mask);
int clinux_unwatch(int inotify, int watch);
/// Takes one event apart; returns the offset of the next one.
size_t clinux_event(
  const void *buffer, size_t offset, int *watch, uint32_t *mask, const uint8_t **name, size_t *length);

/// Blocks the signals for this thread and its later children and gives a descriptor that reads them.
int clinux_signals(const int *signals, size_t count);
/// The next signal waiting on the descriptor, 0 when there is none.
int clinux_next_signal(int descriptor);
int clinux_event_counter(void);
/// The number of ready descriptors; 0 after the time or after a signal.
int clinux_poll(struct clinux_wait *waits, size_t count, int milliseconds);

/// Listens on a socket of that name in a directory, for this user alone; a name that is taken fails with -EADDRINUSE.
int clinux_listen(int directory, const uint8_t *name, size_t length);
/// The next connection; -EAGAIN when there is none.
int clinux_accept(int listener);
/// Connects to the socket of that name in a directory.
int clinux_connect(int directory, const uint8_t *name, size_t length);
/// Sends to a connection; a peer that is gone is an error, not a signal.
ssize_t clinux_send(int connection, const void *buffer, size_t count);

/// Maps a whole file for reading; the address, or null with the error in `error`.
const void *clinux_map(int descriptor, size_t count, int *error);
void clinux_unmap(const void *address, size_t count);
/// Tells the kernel how a mapping will be read: 0 in no order, 1 from start to end.
void clinux_advise(const void *address, size_t count, int sequential);

int clinux_random(void *buffer, size_t count);
void clinux_wall_clock(int64_t *seconds, int64_t *nanoseconds);
uint32_t clinux_user(void);
/// Ends this process as a power failure would: no handler, no buffer, no deinit runs.
void clinux_die(void);
/// The words the C library has for an error number.
void clinux_error_words(int error, char *buffer, size_t count);
/// The short name of an error number, such as ENOENT; null when it has none.
const char *clinux_error_name(int error);

/// Columns of the terminal at `descriptor`; 0 where it is none.
int clinux_terminal_width(int descriptor);

/// The entry at `index` of the process's environment, `NAME=value`; NULL past the last.
const char *clinux_environment_entry(size_t index);
