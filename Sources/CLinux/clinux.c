#define _GNU_SOURCE
#include "clinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

const int clinux_here = AT_FDCWD;

#define RETRY(call)                                                                                                  \
  ({                                                                                                                 \
    __typeof__(call) result_;                                                                                        \
    do {                                                                                                             \
      result_ = (call);                                                                                              \
    } while (result_ < 0 && errno == EINTR);                                                                         \
    result_ < 0 ? -errno : result_;                                                                                  \
  })

/// A name as C wants it; an error number when it cannot be one.
static int c_name(char *out, const uint8_t *name, size_t length) {
  if (length == 0 || memchr(name, 0, length)) return EINVAL;
  if (length >= PATH_MAX) return ENAMETOOLONG;
  memcpy(out, name, length);
  out[length] = 0;
  return 0;
}

#define NAME(variable, bytes, length)                                                                                \
  char variable[PATH_MAX];                                                                                           \
  do {                                                                                                               \
    int error_ = c_name(variable, bytes, length);                                                                    \
    if (error_) return -error_;                                                                                      \
  } while (0)

int clinux_openat(int directory, const uint8_t *name, size_t length, int flags, uint32_t mode) {
  NAME(path, name, length);
  // O_NONBLOCK: opening a FIFO must not wait for its other end. It means nothing for regular files.
  int bits = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  if (flags & CLINUX_WAIT) bits &= ~O_NONBLOCK;
  if (!(flags & CLINUX_FOLLOW)) bits |= O_NOFOLLOW;
  if (flags & CLINUX_READ_WRITE) bits |= O_RDWR;
  else if (flags & CLINUX_WRITE) bits |= O_WRONLY;
  if (flags & CLINUX_CREATE_NEW) bits |= O_CREAT | O_EXCL;
  if (flags & CLINUX_CREATE) bits |= O_CREAT;
  if (flags & CLINUX_DIRECTORY) bits |= O_DIRECTORY;
  if (flags & CLINUX_TEMPORARY) bits = (bits & ~O_NOFOLLOW) | O_TMPFILE;
  if (flags & CLINUX_TRUNCATE) bits |= O_TRUNC;
  if (flags & CLINUX_PATH) bits = O_PATH | O_CLOEXEC | O_NOFOLLOW;
  return RETRY(openat(directory, path, bits, mode));
}

// Never called again after EINTR: Linux has closed the descriptor by then ("man 2 close").
int clinux_close(int descriptor) { return close(descriptor) < 0 ? -errno : 0; }

int clinux_duplicate(int descriptor) { return RETRY(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)); }

ssize_t clinux_read(int descriptor, void *buffer, size_t count) { return RETRY(read(descriptor, buffer, count)); }

ssize_t clinux_pread(int descriptor, void *buffer, size_t count, int64_t offset) {
  return RETRY(pread(descriptor, buffer, count, offset));
}

ssize_t clinux_write(int descriptor, const void *buffer, size_t count) {
  return RETRY(write(descriptor, buffer, count));
}

ssize_t clinux_write_parts(int descriptor, const void *buffer, const clinux_part *parts, size_t count) {
  struct iovec pieces[64];
  if (count > 64) count = 64;
  for (size_t i = 0; i < count; i += 1) {
    pieces[i].iov_base = (uint8_t *)buffer + parts[i].offset;
    pieces[i].iov_len = parts[i].count;
  }
  return RETRY(writev(descriptor, pieces, (int)count));
}

ssize_t clinux_pwrite(int descriptor, const void *buffer, size_t count, int64_t offset) {
  return RETRY(pwrite(descriptor, buffer, count, offset));
}

// Never called again after an error: the kernel reports a lost page once, and a second fsync that succeeds says nothing.
int clinux_fsync(int descriptor) { return fsync(descriptor) < 0 ? -errno : 0; }

int clinux_fdatasync(int descriptor) { return fdatasync(descriptor) < 0 ? -errno : 0; }

int clinux_syncfs(int descriptor) { return syncfs(descriptor) < 0 ? -errno : 0; }

int clinux_start_writeback(int descriptor, int64_t offset, int64_t count) {
  return RETRY(sync_file_range(descriptor, offset, count, SYNC_FILE_RANGE_WRITE));
}

int clinux_finish_writeback(int descriptor, int64_t offset, int64_t count) {
  return RETRY(sync_file_range(
    descriptor, offset, count,
    SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER));
}

int clinux_truncate(int descriptor, int64_t size) { return RETRY(ftruncate(descriptor, size)); }

int64_t clinux_seek(int descriptor, int64_t offset) { return RETRY((int64_t)lseek(descriptor, offset, SEEK_SET)); }

int clinux_drop_cache(int descriptor, int64_t offset, int64_t count) {
  return -posix_fadvise(descriptor, offset, count, POSIX_FADV_DONTNEED);
}

int clinux_set_mode(int descriptor, uint32_t mode) { return RETRY(fchmod(descriptor, mode)); }

static void fill(struct clinux_facts *facts, const struct stat *from) {
  facts->device = from->st_dev;
  facts->inode = from->st_ino;
  facts->size = from->st_size;
  facts->blocks = from->st_blocks;
  facts->modified_seconds = from->st_mtim.tv_sec;
  facts->modified_nanoseconds = from->st_mtim.tv_nsec;
  facts->changed_seconds = from->st_ctim.tv_sec;
  facts->changed_nanoseconds = from->st_ctim.tv_nsec;
  facts->mode = from->st_mode;
  facts->links = (uint32_t)from->st_nlink;
  facts->user = from->st_uid;
  facts->group = from->st_gid;
}

ssize_t clinux_path(int descriptor, uint8_t *buffer, size_t count) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  return RETRY(readlink(link, (char *)buffer, count));
}

int clinux_facts(int descriptor, struct clinux_facts *facts) {
  struct stat found;
  int result = RETRY(fstat(descriptor, &found));
  if (result == 0) fill(facts, &found);
  return result;
}

int clinux_facts_at(int directory, const uint8_t *name, size_t length, struct clinux_facts *facts) {
  NAME(path, name, length);
  struct stat found;
  int result = RETRY(fstatat(directory, path, &found, AT_SYMLINK_NOFOLLOW));
  if (result == 0) fill(facts, &found);
  return result;
}

int clinux_volume(int descriptor, struct clinux_volume *volume) {
  struct statfs found;
  int result = RETRY(fstatfs(descriptor, &found));
  if (result < 0) return result;
  volume->magic = found.f_type;
  volume->block_size = (uint64_t)found.f_bsize;
  volume->free_blocks = found.f_bfree;
  volume->available_blocks = found.f_bavail;
  volume->free_inodes = found.f_ffree;
  volume->total_inodes = found.f_files;
  return 0;
}

int clinux_rename(
  int from, const uint8_t *old_name, size_t old_length, int to, const uint8_t *new_name, size_t new_length,
  int replaces) {
  NAME(old_path, old_name, old_length);
  NAME(new_path, new_name, new_length);
  if (replaces) return RETRY(renameat(from, old_path, to, new_path));
  int result = RETRY((int)syscall(SYS_renameat2, from, old_path, to, new_path, 1 /* RENAME_NOREPLACE */));
  if (result != -EINVAL) return result;
  // Network and FUSE file systems do not know the flag: looked up first, which nothing better can be put in place of.
  struct stat facts;
  if (fstatat(to, new_path, &facts, AT_SYMLINK_NOFOLLOW) == 0) return -EEXIST;
  return RETRY(renameat(from, old_path, to, new_path));
}

int clinux_exchange(
  int from, const uint8_t *old_name, size_t old_length, int to, const uint8_t *new_name, size_t new_length) {
  NAME(old_path, old_name, old_length);
  NAME(new_path, new_name, new_length);
  int result = RETRY((int)syscall(SYS_renameat2, from, old_path, to, new_path, 2 /* RENAME_EXCHANGE */));
  if (result != -EINVAL) return result;
  // Network and FUSE file systems do not know the flag.
  struct stat facts;
  if (fstatat(to, new_path, &facts, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
  return RETRY(renameat(from, old_path, to, new_path));
}

int clinux_mkdirat(int directory, const uint8_t *name, size_t length, uint32_t mode) {
  NAME(path, name, length);
  return RETRY(mkdirat(directory, path, mode));
}

int clinux_unlinkat(int directory, const uint8_t *name, size_t length, int is_directory) {
  NAME(path, name, length);
  return RETRY(unlinkat(directory, path, is_directory ? AT_REMOVEDIR : 0));
}

int clinux_link_descriptor(int descriptor, int directory, const uint8_t *name, size_t length) {
  NAME(path, name, length);
  char from[64];
  snprintf(from, sizeof from, "/proc/self/fd/%d", descriptor);
  return RETRY(linkat(AT_FDCWD, from, directory, path, AT_SYMLINK_FOLLOW));
}

struct kernel_entry {
  uint64_t inode;
  int64_t next;
  uint16_t length;
  uint8_t type;
  char name[];
};

ssize_t clinux_entries(int descriptor, void *buffer, size_t count) {
  return RETRY((ssize_t)syscall(SYS_getdents64, descriptor, buffer, count));
}

size_t clinux_entry(
  const void *buffer, size_t offset, uint64_t *inode, uint8_t *type, const uint8_t **name, size_t *length) {
  const struct kernel_entry *entry = (const void *)((const char *)buffer + offset);
  *inode = entry->inode;
  *type = entry->type;
  *name = (const uint8_t *)entry->name;
  *length = strlen(entry->name);
  return offset + entry->length;
}

int clinux_no_writer(int descriptor) {
  // A read lease is granted only while nobody has the file open for writing ("man 2 fcntl", Leases). A writer that comes
  // between the two calls makes the kernel send SIGIO, which ends a process that has not said what to do with it.
  static int ignores_lease_breaks;
  if (!ignores_lease_breaks) {
    signal(SIGIO, SIG_IGN);
    ignores_lease_breaks = 1;
  }
  if (fcntl(descriptor, F_SETLEASE, F_RDLCK) < 0) return errno == EAGAIN ? 0 : -errno;
  fcntl(descriptor, F_SETLEASE, F_UNLCK);
  return 1;
}

int clinux_lock(int descriptor) {
  int result = RETRY(flock(descriptor, LOCK_EX | LOCK_NB));
  if (result == -EWOULDBLOCK) return 0;
  return result < 0 ? result : 1;
}

int clinux_inotify(void) { return RETRY(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)); }

int clinux_watch(int inotify, int directory, uint32_t mask) {
  // By its descriptor: a path could have been swapped since it was opened. The link in /proc is the kernel's own, so
  // following it is right, and O_NOFOLLOW was asked for when the descriptor was opened.
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", directory);
  return RETRY(inotify_add_watch(inotify, path, mask | IN_ONLYDIR));
}

int clinux_unwatch(int inotify, int watch) { return RETRY(inotify_rm_watch(inotify, watch)); }

size_t clinux_event(
  const void *buffer, size_t offset, int *watch, uint32_t *mask, const uint8_t **name, size_t *length) {
  const struct inotify_event *event = (const void *)((const char *)buffer + offset);
  *watch = event->wd;
  *mask = event->mask;
  *name = (const uint8_t *)event->name;
  *length = event->len ? strnlen(event->name, event->len) : 0;
  return offset + sizeof *event + event->len;
}

int clinux_signals(const int *signals, size_t count) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < count; i++) sigaddset(&set, signals[i]);
  int error = pthread_sigmask(SIG_BLOCK, &set, NULL);
  if (error) return -error;
  return RETRY(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int clinux_next_signal(int descriptor) {
  struct signalfd_siginfo info;
  ssize_t result = RETRY(read(descriptor, &info, sizeof info));
  if (result == -EAGAIN) return 0;
  if (result < 0) return (int)result;
  return (int)info.ssi_signo;
}

int clinux_event_counter(void) { return RETRY(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }

/// The address of a socket in a directory, by its descriptor: a path may be longer than an address can be.
static int socket_address(int directory, const uint8_t *name, size_t length, struct sockaddr_un *address) {
  memset(address, 0, sizeof *address);
  address->sun_family = AF_UNIX;
  int written = snprintf(
    address->sun_path, sizeof address->sun_path, "/proc/self/fd/%d/%.*s", directory, (int)length, (const char *)name);
  return written < (int)sizeof address->sun_path ? 0 : -ENAMETOOLONG;
}

int clinux_listen(int directory, const uint8_t *name, size_t length) {
  struct sockaddr_un address;
  int result = socket_address(directory, name, length, &address);
  if (result < 0) return result;
  int made = RETRY(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (made < 0) return made;
  // The mode is that of the descriptor when it is bound (man 7 unix).
  result = RETRY(fchmod(made, 0600));
  if (result >= 0) result = RETRY(bind(made, (struct sockaddr *)&address, sizeof address));
  if (result >= 0) result = RETRY(listen(made, 16));
  if (result >= 0) return made;
  close(made);
  return result;
}

int clinux_accept(int listener) { return RETRY(accept4(listener, NULL, NULL, SOCK_CLOEXEC)); }

int clinux_connect(int directory, const uint8_t *name, size_t length) {
  struct sockaddr_un address;
  int result = socket_address(directory, name, length, &address);
  if (result < 0) return result;
  int made = RETRY(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (made < 0) return made;
  result = RETRY(connect(made, (struct sockaddr *)&address, sizeof address));
  if (result >= 0) return made;
  close(made);
  return result;
}

ssize_t clinux_send(int connection, const void *buffer, size_t count) {
  return RETRY(send(connection, buffer, count, MSG_NOSIGNAL));
}

int clinux_poll(struct clinux_wait *waits, size_t count, int milliseconds) {
  struct pollfd polled[16];
  if (count > 16) return -EINVAL;
  for (size_t i = 0; i < count; i++) {
    polled[i].fd = waits[i].descriptor;
    polled[i].events = POLLIN;
    polled[i].revents = 0;
    waits[i].ready = 0;
  }
  int result = poll(polled, count, milliseconds);
  if (result < 0) return errno == EINTR ? 0 : -errno;
  for (size_t i = 0; i < count; i++) waits[i].ready = polled[i].revents != 0;
  return result;
}

const void *clinux_map(int descriptor, size_t count, int *error) {
  void *address = mmap(NULL, count, PROT_READ, MAP_SHARED, descriptor, 0);
  if (address == MAP_FAILED) {
    *error = errno;
    return NULL;
  }
  *error = 0;
  return address;
}

void clinux_unmap(const void *address, size_t count) { munmap((void *)address, count); }

void clinux_advise(const void *address, size_t count, int sequential) {
  madvise((void *)address, count, sequential ? MADV_SEQUENTIAL : MADV_RANDOM);
}

int clinux_random(void *buffer, size_t count) {
  size_t done = 0;
  while (done < count) {
    ssize_t got = RETRY(getrandom((char *)buffer + done, count - done, 0));
    if (got < 0) return (int)got;
    done += (size_t)got;
  }
  return 0;
}

void clinux_wall_clock(int64_t *seconds, int64_t *nanoseconds) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  *seconds = now.tv_sec;
  *nanoseconds = now.tv_nsec;
}

uint32_t clinux_user(void) { return (uint32_t)geteuid(); }

void clinux_die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

void clinux_error_words(int error, char *buffer, size_t count) {
  const char *words = strerrordesc_np(error);
  snprintf(buffer, count, "%s", words ? words : "unknown error");
}

const char *clinux_error_name(int error) { return strerrorname_np(error); }

int clinux_terminal_width(int descriptor) {
  struct winsize size;
  if (RETRY(ioctl(descriptor, TIOCGWINSZ, &size)) < 0) return 0;
  return size.ws_col;
}

const char *clinux_environment_entry(size_t index) {
  // Callers go from 0 on, and stop at the NULL.
  return environ ? environ[index] : NULL;
}
