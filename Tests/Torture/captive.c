// Preloaded into a watch: on SIGUSR1 it tries what a drop that took the program over would try, and writes down what
// each attempt gave. The report was opened before the program confined itself.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int report = -1;
static const char *foreign;
static const char *inside;

static void tell(const char *what, long result) {
  char line[128];
  int length = snprintf(line, sizeof line, "%s %d\n", what, result < 0 ? errno : 0);
  if (write(report, line, (size_t)length) < 0) _exit(3);
  if (result > 2) close((int)result);
}

static void attempt(int number) {
  (void)number;
  int saved = errno;
  char path[4096];
  tell("read /etc/passwd", open("/etc/passwd", O_RDONLY));
  snprintf(path, sizeof path, "%s/secret", foreign);
  tell("read a foreign file", open(path, O_RDONLY));
  tell("write a foreign file", open(path, O_WRONLY | O_APPEND));
  tell("truncate a foreign file", truncate(path, 0));
  tell("list the foreign folder", open(foreign, O_RDONLY | O_DIRECTORY));
  snprintf(path, sizeof path, "%s/new", foreign);
  tell("make a foreign file", open(path, O_WRONLY | O_CREAT, 0600));
  tell("make a foreign folder", mkdir(path, 0700));
  snprintf(path, sizeof path, "%s/link", inside);
  tell("make a symbolic link inside", symlink(foreign, path));
  snprintf(path, sizeof path, "%s/pipe", inside);
  tell("make a pipe inside", mkfifo(path, 0600));
  tell("connect to the network", socket(AF_INET, SOCK_STREAM, 0));
  tell("ask for a raw socket", socket(AF_PACKET, SOCK_RAW, 0));
  tell("trace another process", ptrace(PTRACE_PEEKDATA, getppid(), NULL, NULL));
  tell("mount", mount("none", inside, "tmpfs", 0, NULL));
  tell("become another root", chroot(inside));
  char *const words[] = {"/bin/true", NULL}, *const none[] = {NULL};
  // Only a program that is not confined ends here.
  if (!getenv("CAPTIVE_STAYS")) tell("run another program", execve(words[0], words, none));
  tell("done", 0);
  errno = saved;
}

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("CAPTIVE_REPORT");
  foreign = getenv("CAPTIVE_FOREIGN");
  inside = getenv("CAPTIVE_INSIDE");
  if (!path || !foreign || !inside) return;
  report = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  struct sigaction action = {.sa_handler = attempt, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
}
