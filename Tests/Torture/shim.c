// Stands between the program and the C library ("man 8 ld.so", LD_PRELOAD) and does harm by rule, at an exact call.
//
// Every call that changes files under one of the prefixes is counted, one after the other whatever thread it comes
// from, and logged with its bytes. Variables:
//
//   TORTURE_PREFIX  folders, separated by ':'; calls elsewhere pass untouched
//   TORTURE_LOG     file for one line a call; the bytes of writes go to the same name with ".data" behind it
//   TORTURE_RULES   rules, separated by ','; see below
//   TORTURE_WHILE   rules hold only while this file exists
//   TORTURE_CUT     mount points, separated by ':', whose file systems the action `cut` shuts down
//   TORTURE_CLOCK   seconds added to the time of day
//   TORTURE_LATE    a path below a watched folder: `folder/.late` gets this name right before the folder is watched
//   TORTURE_OVERFLOW  the n-th read of inotify's events gives an overflow instead of them
//
// A rule is action:class:which[:errno][@pattern], for example `kill:any:17`, `fail:sync:3:5@*/outbox/*`,
// `swallow:sync:*@*/.staging`. Which: `n` the n-th call that the rule fits, `n+` from it on, `*` all. Actions: kill (before
// the call), cut (power off, then kill), fail (with an error number), swallow (says it was done), short (half the bytes),
// swap (another file, `.swap` beside it, takes the name before the call). A folder that is synced ends in '/' here.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum class { OPEN, WRITE, SYNC, RENAME, LINK, REMOVE, MKDIR, SIZE, MODE, READ, CLASSES };
static const char *const class_names[] = {"open", "write", "sync", "rename", "link", "remove", "mkdir", "size", "mode", "read"};
enum action { KILL, CUT, FAIL, SWALLOW, SHORT, SWAP, ACTIONS };
static const char *const action_names[] = {"kill", "cut", "fail", "swallow", "short", "swap"};
enum verdict { GO, FAILED, SWALLOWED, HALF };

struct rule {
  enum action action;
  int class; // CLASSES for any that changes something
  unsigned long first, last, seen;
  int error;
  char pattern[256];
};

static struct rule rules[64];
static int rule_count;
static char prefixes[8][PATH_MAX];
static int prefix_count;
static const char *condition, *late_path;
static int cut_mounts[8], cut_count;
static long overflowing;
static int log_file = -1, data_file = -1;
static long clock_offset;
static off_t data_size;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

// The kernel itself: the shim's own calls must not come back to it.
static long kernel(long number, long a, long b, long c, long d, long e, long f) {
#if defined __x86_64__
  register long fourth __asm__("r10") = d, fifth __asm__("r8") = e, sixth __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "rcx", "r11", "memory");
#elif defined __aarch64__
  register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c,
                x3 __asm__("x3") = d, x4 __asm__("x4") = e, x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  long result = x0;
#endif
  if (result < 0 && result > -4096) {
    errno = (int)-result;
    return -1;
  }
  return result;
}
#define SIX(number, a, b, c, d, e, f, ...) kernel(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define CALL(number, ...) SIX(number, __VA_ARGS__, 0, 0, 0, 0, 0, 0)

static int real_open(const char *path, int flags, int mode) { return (int)CALL(SYS_openat, AT_FDCWD, path, flags, mode); }

static void parse_rule(char *text) {
  struct rule *rule = &rules[rule_count];
  char *at = strchr(text, '@'), *rest = text, *word;
  if (at) {
    *at = 0;
    snprintf(rule->pattern, sizeof rule->pattern, "%s", at + 1);
  }
  rule->action = ACTIONS, rule->class = CLASSES, rule->first = 1, rule->last = ULONG_MAX, rule->error = EIO;
  for (int field = 0; (word = strsep(&rest, ":")); field++) {
    if (field == 0) {
      for (int i = 0; i < ACTIONS; i++) if (!strcmp(word, action_names[i])) rule->action = i;
    } else if (field == 1) {
      for (int i = 0; i < CLASSES; i++) if (!strcmp(word, class_names[i])) rule->class = i;
      if (rule->class == CLASSES && strcmp(word, "any")) rule->action = ACTIONS;
    } else if (field == 2 && strcmp(word, "*")) {
      char *end;
      rule->first = strtoul(word, &end, 10);
      rule->last = *end == '+' ? ULONG_MAX : rule->first;
    } else if (field == 3) {
      rule->error = atoi(word);
    }
  }
  if (rule->action == ACTIONS || rule_count == 63) {
    dprintf(2, "torture: no such rule: %s\n", text);
    _exit(99);
  }
  rule_count++;
}

__attribute__((constructor)) static void begin(void) {
  char *text = getenv("TORTURE_PREFIX"), *word;
  for (char *rest = text ? strdup(text) : NULL; rest && (word = strsep(&rest, ":")) && prefix_count < 8;)
    snprintf(prefixes[prefix_count++], PATH_MAX, "%s", word);
  text = getenv("TORTURE_RULES");
  for (char *rest = text ? strdup(text) : NULL; rest && (word = strsep(&rest, ","));)
    if (*word) parse_rule(word);
  condition = getenv("TORTURE_WHILE");
  text = getenv("TORTURE_CUT");
  // Opened now: later the program may have given up all but its own folders.
  for (char *rest = text ? strdup(text) : NULL; rest && (word = strsep(&rest, ":")) && cut_count < 8;)
    cut_mounts[cut_count++] = real_open(word, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  late_path = getenv("TORTURE_LATE");
  if ((text = getenv("TORTURE_OVERFLOW"))) overflowing = atol(text);
  if ((text = getenv("TORTURE_CLOCK"))) clock_offset = atol(text);
  if ((text = getenv("TORTURE_LOG"))) {
    char data[PATH_MAX];
    snprintf(data, sizeof data, "%s.data", text);
    log_file = real_open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    data_file = real_open(data, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    data_size = lseek(data_file, 0, SEEK_END);
  }
}

static int is_watched(const char *path) {
  for (int i = 0; i < prefix_count; i++) {
    size_t length = strlen(prefixes[i]);
    if (!strncmp(path, prefixes[i], length) && (path[length] == '/' || path[length] == 0)) return 1;
  }
  return 0;
}

static int path_of(int descriptor, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  path[length < 0 ? 0 : length] = 0;
  return length > 0 && path[0] == '/' && is_watched(path);
}

static int path_at(int directory, const char *name, char *path) {
  char above[PATH_MAX];
  if (name[0] == '/') {
    snprintf(path, PATH_MAX, "%s", name);
  } else {
    if (directory == AT_FDCWD) {
      if (!getcwd(above, sizeof above)) return 0;
    } else {
      path_of(directory, above);
    }
    while (!strncmp(name, "./", 2)) name += 2;
    if (snprintf(path, PATH_MAX, "%s/%s", above, name) >= PATH_MAX) return 0;
  }
  return is_watched(path);
}

static void die(int cuts) {
  for (int i = 0; cuts && i < cut_count; i++) {
    uint32_t without_log_flush = 2;
    if (cut_mounts[i] < 0 || CALL(SYS_ioctl, cut_mounts[i], 0x8004587D, &without_log_flush) < 0) {
      dprintf(2, "torture: cannot cut: %s\n", strerror(errno));
      _exit(99);
    }
  }
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static void swap(const char *path) {
  char other[PATH_MAX];
  const char *slash = strrchr(path, '/');
  snprintf(other, sizeof other, "%.*s/.swap", (int)(slash - path), path);
  CALL(SYS_renameat2, AT_FDCWD, other, AT_FDCWD, path, 0);
}

static enum verdict decide(enum class class, const char *path, const char *other) {
  if (condition && CALL(SYS_faccessat, AT_FDCWD, condition, F_OK) < 0) return GO;
  enum verdict verdict = GO;
  int error = 0;
  for (struct rule *rule = rules; rule < rules + rule_count; rule++) {
    if (rule->class == CLASSES ? class == READ : rule->class != (int)class) continue;
    if (*rule->pattern && fnmatch(rule->pattern, path, 0) && (!other || fnmatch(rule->pattern, other, 0))) continue;
    rule->seen++;
    if (rule->seen < rule->first || rule->seen > rule->last) continue;
    if (rule->action == KILL || rule->action == CUT) die(rule->action == CUT);
    if (rule->action == SWAP) {
      swap(path);
      continue;
    }
    verdict = rule->action == FAIL ? FAILED : rule->action == SWALLOW ? SWALLOWED : HALF;
    error = rule->error;
  }
  if (verdict == FAILED) errno = error;
  return verdict;
}

static void escape(const char *path, char *out) {
  for (; *path; path++) out += sprintf(out, (unsigned char)*path <= ' ' || *path == '%' ? "%%%02x" : "%c", (unsigned char)*path);
  *out = 0;
}

// One line a call: class, result or -errno, inode, path, other path or "-", offset, length, place in the data file.
static void note(enum class class, long result, int error, uint64_t inode, const char *path, const char *other,
                 long long offset, const void *bytes, size_t length) {
  if (log_file < 0) return;
  static char line[8 * PATH_MAX], one[3 * PATH_MAX], two[3 * PATH_MAX];
  escape(path, one);
  escape(other ? other : "-", two);
  int size = sprintf(line, "%s %ld %llu %s %s %lld %zu %lld\n", class_names[class], result < 0 ? -(long)error : result,
                     (unsigned long long)inode, one, two, offset, length, (long long)data_size);
  if (bytes) {
    data_size += length;
    CALL(SYS_write, data_file, bytes, length);
  }
  CALL(SYS_write, log_file, line, size);
}

static uint64_t inode_of(int descriptor) {
  struct stat facts;
  return fstat(descriptor, &facts) < 0 ? 0 : facts.st_ino;
}

static int is_folder(int descriptor) {
  struct stat facts;
  return fstat(descriptor, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static uint64_t inode_at(const char *path) {
  struct stat facts;
  return lstat(path, &facts) < 0 ? 0 : facts.st_ino;
}

// MARK: Calls on names

static int opened(int directory, const char *name, int flags, int mode) {
  char path[PATH_MAX];
  int changes = (flags & (O_CREAT | O_TRUNC)) || (flags & O_TMPFILE) == O_TMPFILE;
  if (!prefix_count || !path_at(directory, name, path) || !changes)
    return (int)CALL(SYS_openat, directory, name, flags, mode);
  pthread_mutex_lock(&order);
  int is_unnamed = (flags & O_TMPFILE) == O_TMPFILE;
  int is_new = !is_unnamed && (flags & O_CREAT) && inode_at(path) == 0;
  int result = -1;
  // Only what is made takes space or a place in a folder: errors are for new files alone.
  enum verdict verdict = is_new || is_unnamed ? decide(OPEN, path, NULL) : GO;
  if (verdict != FAILED) result = (int)CALL(SYS_openat, directory, name, flags, mode);
  int error = errno;
  if (!is_unnamed)
    note(OPEN, result < 0 ? -1 : is_new ? 1 : 0, error, result < 0 ? 0 : inode_of(result), path,
         flags & O_TRUNC ? "truncate" : NULL, 0, NULL, 0);
  pthread_mutex_unlock(&order);
  errno = error;
  return result;
}

#define MODE(last)                                                                                                     \
  int mode = 0;                                                                                                        \
  if ((last & O_CREAT) || (last & O_TMPFILE) == O_TMPFILE) {                                                           \
    va_list list;                                                                                                      \
    va_start(list, last);                                                                                              \
    mode = va_arg(list, int);                                                                                          \
    va_end(list);                                                                                                      \
  }

int open(const char *name, int flags, ...) { MODE(flags) return opened(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return opened(AT_FDCWD, name, flags | O_LARGEFILE, mode); }
int openat(int directory, const char *name, int flags, ...) { MODE(flags) return opened(directory, name, flags, mode); }
int openat64(int directory, const char *name, int flags, ...) { MODE(flags) return opened(directory, name, flags | O_LARGEFILE, mode); }
int creat(const char *name, mode_t mode) { return opened(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, (int)mode); }

// A call on one or two names; `other` is where a rename or link leads.
#define ON_NAMES(class, directory, name, other_directory, other_name, real)                                            \
  char path[PATH_MAX], other[PATH_MAX] = "";                                                                           \
  int is_ours = prefix_count && path_at(directory, name, path);                                                        \
  if (prefix_count && other_name) is_ours |= path_at(other_directory, other_name, other);                              \
  if (!is_ours) return real;                                                                                           \
  pthread_mutex_lock(&order);                                                                                          \
  long result = -1;                                                                                                    \
  switch (decide(class, path, other_name ? other : NULL)) {                                                            \
  case FAILED: break;                                                                                                  \
  case SWALLOWED: result = 0; break;                                                                                   \
  default: result = real;                                                                                              \
  }                                                                                                                    \
  int error = errno;                                                                                                   \
  note(class, result, error, inode_at(other_name ? other : path), path, other_name ? other : NULL, 0, NULL, 0);        \
  pthread_mutex_unlock(&order);                                                                                        \
  errno = error;                                                                                                       \
  return (int)result

#define NOBODY (const char *)NULL

static int renamed(int from, const char *name, int to, const char *new_name, unsigned flags) {
  ON_NAMES(RENAME, from, name, to, new_name, CALL(SYS_renameat2, from, name, to, new_name, flags));
}
int rename(const char *name, const char *new_name) { return renamed(AT_FDCWD, name, AT_FDCWD, new_name, 0); }
int renameat(int from, const char *name, int to, const char *new_name) { return renamed(from, name, to, new_name, 0); }
int renameat2(int from, const char *name, int to, const char *new_name, unsigned flags) { return renamed(from, name, to, new_name, flags); }
static int linked(int from, const char *name, int to, const char *new_name, int flags) {
  ON_NAMES(LINK, from, name, to, new_name, CALL(SYS_linkat, from, name, to, new_name, flags));
}
int linkat(int from, const char *name, int to, const char *new_name, int flags) { return linked(from, name, to, new_name, flags); }
int link(const char *name, const char *new_name) { return linked(AT_FDCWD, name, AT_FDCWD, new_name, 0); }
int unlinkat(int directory, const char *name, int flags) {
  ON_NAMES(REMOVE, directory, name, 0, NOBODY, CALL(SYS_unlinkat, directory, name, flags));
}
int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }
int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }
int mkdirat(int directory, const char *name, mode_t mode) {
  ON_NAMES(MKDIR, directory, name, 0, NOBODY, CALL(SYS_mkdirat, directory, name, mode));
}
int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }
int truncate(const char *name, off_t size) {
  ON_NAMES(SIZE, AT_FDCWD, name, 0, NOBODY, CALL(SYS_truncate, name, size));
}

// The program renames without replacing by the C library's `syscall`.
long syscall(long number, ...) {
  long words[6];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 6; i++) words[i] = va_arg(list, long);
  va_end(list);
  if (number == SYS_renameat2)
    return renamed((int)words[0], (const char *)words[1], (int)words[2], (const char *)words[3], (unsigned)words[4]);
  return kernel(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

// MARK: Calls on descriptors

#define ON_DESCRIPTOR(class, descriptor, offset, bytes, length, whole, half)                                           \
  char path[PATH_MAX];                                                                                                 \
  if (!prefix_count || !path_of(descriptor, path)) return whole;                                                       \
  pthread_mutex_lock(&order);                                                                                          \
  long long place = offset;                                                                                            \
  long result = -1;                                                                                                    \
  if (class == SYNC && is_folder(descriptor)) strcat(path, "/");                                                       \
  enum verdict verdict = decide(class, path, NULL);                                                                    \
  if (class == SYNC && path[strlen(path) - 1] == '/') path[strlen(path) - 1] = 0;                                      \
  switch (verdict) {                                                                                                   \
  case FAILED: break;                                                                                                  \
  case SWALLOWED: result = (long)(length); break;                                                                      \
  case HALF: result = half; break;                                                                                     \
  default: result = whole;                                                                                             \
  }                                                                                                                    \
  int error = errno;                                                                                                   \
  if (class != READ)                                                                                                   \
    note(class, result, error, inode_of(descriptor), path, verdict == SWALLOWED ? "swallowed" : NULL, place, result > 0 ? bytes : NULL,                     \
         class == SIZE || result > 0 ? (class == WRITE ? (size_t)result : (size_t)place) : 0);                         \
  pthread_mutex_unlock(&order);                                                                                        \
  errno = error;                                                                                                       \
  return result

#define HALF_OF(count) ((count) > 1 ? (count) / 2 : (count))

ssize_t write(int descriptor, const void *bytes, size_t count) {
  ON_DESCRIPTOR(WRITE, descriptor, lseek(descriptor, 0, SEEK_CUR), bytes, count,
                CALL(SYS_write, descriptor, bytes, count), CALL(SYS_write, descriptor, bytes, HALF_OF(count)));
}
// One write of all of the parts, and as one it is cut short, refused and logged.
ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  char path[PATH_MAX];
  if (!prefix_count || !path_of(descriptor, path)) return CALL(SYS_writev, descriptor, parts, count);
  size_t length = 0;
  for (int i = 0; i < count; i++) length += parts[i].iov_len;
  char *whole = malloc(length ? length : 1), *next = whole;
  if (!whole) abort();
  for (int i = 0; i < count; next += parts[i].iov_len, i++) memcpy(next, parts[i].iov_base, parts[i].iov_len);
  ssize_t result = write(descriptor, whole, length);
  int error = errno;
  free(whole);
  errno = error;
  return result;
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset) {
  ON_DESCRIPTOR(WRITE, descriptor, offset, bytes, count, CALL(SYS_pwrite64, descriptor, bytes, count, offset),
                CALL(SYS_pwrite64, descriptor, bytes, HALF_OF(count), offset));
}
ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) { return pwrite64(descriptor, bytes, count, offset); }
// From the n-th reading of events on all are read away, and an overflow is told in their place ("man 7 inotify").
static ssize_t overflow(int descriptor, void *bytes, size_t count) {
  ssize_t result = CALL(SYS_read, descriptor, bytes, count);
  if (result <= 0 || (overflowing > 1 && overflowing--)) return result;
  struct inotify_event lost = {.wd = -1, .mask = IN_Q_OVERFLOW};
  memcpy(bytes, &lost, sizeof lost);
  return sizeof lost;
}

ssize_t read(int descriptor, void *bytes, size_t count) {
  if (overflowing > 0) {
    char link[64], target[64] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (readlink(link, target, sizeof target - 1) > 0 && !strcmp(target, "anon_inode:inotify")) return overflow(descriptor, bytes, count);
  }
  ON_DESCRIPTOR(READ, descriptor, 0, bytes, 0, CALL(SYS_read, descriptor, bytes, count),
                CALL(SYS_read, descriptor, bytes, HALF_OF(count)));
}
ssize_t pread64(int descriptor, void *bytes, size_t count, off64_t offset) {
  ON_DESCRIPTOR(READ, descriptor, 0, bytes, 0, CALL(SYS_pread64, descriptor, bytes, count, offset),
                CALL(SYS_pread64, descriptor, bytes, HALF_OF(count), offset));
}
ssize_t pread(int descriptor, void *bytes, size_t count, off_t offset) { return pread64(descriptor, bytes, count, offset); }

// No bytes are logged for these: the program does not use them on its own files, and the crash model says so if it did.
static void refuse(const char *what, int descriptor) {
  char path[PATH_MAX];
  if (!prefix_count || !path_of(descriptor, path)) return;
  dprintf(2, "torture: %s on %s is not followed\n", what, path);
  _exit(99);
}
ssize_t copy_file_range(int from, off64_t *at, int to, off64_t *into, size_t count, unsigned flags) {
  refuse("copy_file_range", to);
  return CALL(SYS_copy_file_range, from, at, to, into, count, flags);
}
int fallocate64(int descriptor, int mode, off64_t offset, off64_t count) {
  refuse("fallocate", descriptor);
  return (int)CALL(SYS_fallocate, descriptor, mode, offset, count);
}
int fallocate(int descriptor, int mode, off_t offset, off_t count) { return fallocate64(descriptor, mode, offset, count); }

static int synced(int descriptor, long number) {
  ON_DESCRIPTOR(SYNC, descriptor, number == SYS_syncfs, NULL, 0, CALL(number, descriptor), -1);
}
int fsync(int descriptor) { return synced(descriptor, SYS_fsync); }
int fdatasync(int descriptor) { return synced(descriptor, SYS_fdatasync); }
int syncfs(int descriptor) { return synced(descriptor, SYS_syncfs); }
int ftruncate64(int descriptor, off64_t size) {
  ON_DESCRIPTOR(SIZE, descriptor, size, NULL, 0, CALL(SYS_ftruncate, descriptor, size), -1);
}
int ftruncate(int descriptor, off_t size) { return ftruncate64(descriptor, size); }
int fchmod(int descriptor, mode_t mode) {
  ON_DESCRIPTOR(MODE, descriptor, 0, NULL, 0, CALL(SYS_fchmod, descriptor, mode), -1);
}

// MARK: Others

int inotify_add_watch(int inotify, const char *name, uint32_t mask) {
  char folder[PATH_MAX] = "", from[PATH_MAX + 8], to[2 * PATH_MAX];
  if (late_path && readlink(name, folder, sizeof folder - 1) > 0) {
    snprintf(from, sizeof from, "%s/.late", folder);
    snprintf(to, sizeof to, "%s/%s", folder, strrchr(late_path, '/') + 1);
    CALL(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
  }
  return (int)CALL(SYS_inotify_add_watch, inotify, name, mask);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = (int)CALL(SYS_clock_gettime, clock, now);
  if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += clock_offset;
  return result;
}
