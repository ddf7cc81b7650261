// How a process gives up for good what it does not need: Landlock for files and networks, seccomp for system calls.

#define _GNU_SOURCE
#include "clinux_confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// Numbers of our own: the headers of Debian 12 do not have the later ones ("man 7 landlock").
enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446, VERSION = 1, PATH_BENEATH = 1 };
#define EXECUTE (1ULL << 0)
#define WRITE_FILE (1ULL << 1)
#define READ_FILE (1ULL << 2)
#define READ_DIR (1ULL << 3)
#define REFER (1ULL << 13)
#define TRUNCATE (1ULL << 14)
#define DEVICE_CONTROL (1ULL << 15)
#define FOR_FILES (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | DEVICE_CONTROL)

struct ruleset {
  uint64_t files, networks, scopes;
};

struct beneath {
  uint64_t allowed;
  int32_t folder;
} __attribute__((packed));

int clinux_landlock_version(void) {
  long version = syscall(CREATE_RULESET, NULL, 0, VERSION);
  return version < 0 ? -errno : (int)version;
}

static int allow(int ruleset, int descriptor, uint64_t rights) {
  struct stat facts;
  if (fstat(descriptor, &facts) < 0) return -errno;
  struct beneath rule = {.allowed = S_ISDIR(facts.st_mode) ? rights : rights & FOR_FILES, .folder = descriptor};
  return syscall(ADD_RULE, ruleset, PATH_BENEATH, &rule, 0) < 0 ? -errno : 0;
}

int clinux_landlock(const int *writable, size_t writable_count, const int *readable, size_t readable_count) {
  int version = clinux_landlock_version();
  if (version < 0) return version;
  // The first version forbids every rename from one folder to another.
  if (version < 2) return -EOPNOTSUPP;
  struct ruleset all = {.files = (1ULL << 14) - 1};
  if (version >= 3) all.files |= TRUNCATE;
  if (version >= 5) all.files |= DEVICE_CONTROL;
  if (version >= 4) all.networks = 3;  // Binding and connecting by TCP.
  if (version >= 6) all.scopes = 3;    // Abstract sockets and signals of others.
  size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  int ruleset = (int)syscall(CREATE_RULESET, &all, size, 0);
  if (ruleset < 0) return -errno;
  int result = 0;
  // Links, pipes and devices that somebody dropped are moved out of the way, which counts as making them.
  for (size_t i = 0; i < writable_count && result == 0; i++)
    result = allow(ruleset, writable[i], all.files & ~(EXECUTE | DEVICE_CONTROL));
  for (size_t i = 0; i < readable_count && result == 0; i++) result = allow(ruleset, readable[i], READ_FILE | READ_DIR);
  if (result == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) result = -errno;
  if (result == 0 && syscall(RESTRICT_SELF, ruleset, 0) < 0) result = -errno;
  close(ruleset);
  return result < 0 ? result : version;
}

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

// What a converter of files never asks for, and what somebody who has taken it over would.
static const int denied[] = {
  SYS_execve, SYS_execveat, SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_mount, SYS_umount2,
  SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_init_module, SYS_finit_module, SYS_delete_module,
  SYS_kexec_load, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_add_key, SYS_request_key, SYS_keyctl,
  SYS_open_by_handle_at, SYS_mknodat, SYS_reboot, SYS_swapon, SYS_swapoff, SYS_settimeofday, SYS_clock_settime,
  SYS_setuid, SYS_setgid, SYS_setresuid, SYS_setresgid, SYS_kexec_file_load, SYS_io_uring_setup, SYS_symlinkat,
#ifdef SYS_mknod
  SYS_mknod, SYS_symlink,
#endif
};
enum { DENIED = sizeof denied / sizeof *denied };

int clinux_seccomp(void) {
#ifndef MACHINE
  return -EOPNOTSUPP;
#else
  struct sock_filter code[2 * DENIED + 16];
  size_t at = 0;
#define STEP(...) code[at++] = (struct sock_filter)__VA_ARGS__
#define LOAD(member) STEP(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, member)))
#define UNLESS(value, skip) STEP(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skip))
#define ANSWER(value) STEP(BPF_STMT(BPF_RET | BPF_K, value))
  LOAD(arch);
  STEP(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0));
  ANSWER(SECCOMP_RET_KILL_PROCESS);
  LOAD(nr);
#ifdef __x86_64__
  // The calls of x32 are the same ones under other numbers.
  STEP(BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1));
  ANSWER(SECCOMP_RET_ERRNO | EPERM);
#endif
  for (size_t i = 0; i < DENIED; i++) {
    UNLESS((uint32_t)denied[i], 1);
    ANSWER(SECCOMP_RET_ERRNO | EPERM);
  }
  // Sockets of this machine's own files serve questions about the state; no others are needed.
  UNLESS(SYS_socket, 3);
  LOAD(args[0]);
  STEP(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 1, 0));
  ANSWER(SECCOMP_RET_ERRNO | EACCES);
  ANSWER(SECCOMP_RET_ALLOW);
  struct sock_fprog program = {.len = (unsigned short)at, .filter = code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return -errno;
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) < 0 ? -errno : 0;
#endif
}

// MARK: What a confined process tries in tests

int clinux_try_socket(void) {
  int result = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (result < 0) return -errno;
  close(result);
  return 0;
}
