/* quarry-probe - run as an extractor is, it tries what an extractor must not be able to do, and names the rungs that held.
 *
 *   quarry-probe AGENT_PID AGENT_UID INPUT OUTPUT OTHER
 *
 * INPUT was handed over, OUTPUT is the folder to write in, OTHER a file that exists and was not handed over. One name a line on standard
 * output. "usable" means that INPUT could be read and OUTPUT written. A rung counts by a refusal, never by a path that is not there.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

extern char **environ;

static int refused(void) { return errno == EACCES || errno == EPERM; }

static void rung(const char *name, int holds) { if (holds) puts(name); }

static int readable(const char *path) {
    char byte;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t n = read(fd, &byte, 1);
    int why = errno;
    close(fd);
    errno = why;
    return n >= 0;
}

static int file_refused(const char *path) { return !readable(path) && refused(); }

static int writable(const char *path) {
    int fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd >= 0) close(fd);
    return fd >= 0;
}

/* hidepid=2 hides the folder itself: then ENOENT is the refusal. */
static int agent_hidden(const char *pid) {
    static const char *const parts[] = { "mem", "environ", "cmdline", "maps", "root", "cwd" };
    char path[64];
    for (unsigned i = 0; i < sizeof parts / sizeof *parts; i++) {
        snprintf(path, sizeof path, "/proc/%s/%s", pid, parts[i]);
        if (readable(path) || (!refused() && errno != ENOENT)) return 0;
    }
    char byte;
    struct iovec { void *base; size_t length; } here = { &byte, 1 }, there = { (void *)0x400000, 1 };
    errno = 0;
    return syscall(SYS_process_vm_readv, atol(pid), &here, 1, &there, 1, 0) < 0 && refused();
}

static int refuses(long result) { return result < 0 && refused(); }

/* Where agent and extractor are one user nothing else keeps these from what that user owns. Done as it is already, if it can be done. */
static int untouchable(const char *path) {
    struct stat st;
    mode_t mode = stat(path, &st) ? 0600 : st.st_mode & 07777;
    int watch = inotify_init1(IN_CLOEXEC);
    int unwatched = watch < 0 ? refused() : refuses(inotify_add_watch(watch, path, IN_ACCESS));
    if (watch >= 0) close(watch);
    return unwatched && refuses(chmod(path, mode)) && refuses(syscall(SYS_fchmodat, AT_FDCWD, path, mode))
        && refuses(chown(path, (uid_t)-1, (gid_t)-1)) && refuses(utimensat(AT_FDCWD, path, NULL, 0))
        && refuses(setxattr(path, "user.quarry", "x", 1, 0));
}

/* What was handed over can be opened, but is as much the agent's. */
static int untouchable_when_open(const char *path) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    int holds = !fstat(fd, &st) && refuses(fchmod(fd, st.st_mode & 07777)) && refuses(fchown(fd, (uid_t)-1, (gid_t)-1))
        && refuses(futimens(fd, NULL)) && refuses(fsetxattr(fd, "user.quarry", "x", 1, 0));
    close(fd);
    return holds;
}

static int nothing_outlives(void) {
    int id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
    int holds = id < 0 && refused();
    if (id >= 0) shmctl(id, IPC_RMID, NULL);
    return holds && refuses(msgget(IPC_PRIVATE, 0600)) && refuses(semget(IPC_PRIVATE, 1, 0600))
        && refuses(syscall(SYS_mq_open, "quarry-probe", O_RDONLY, 0, NULL));
}

static int socket_refused(int family, int type) {
    int fd = socket(family, type | SOCK_CLOEXEC, 0);
    if (fd >= 0) close(fd);
    return fd < 0 && errno == EPERM; /* EAFNOSUPPORT says nothing about the others */
}

static int no_sockets(void) {
    char parameters[128] = { 0 };
    int pair[2];
    return socket_refused(AF_INET, SOCK_STREAM) && socket_refused(AF_INET, SOCK_DGRAM) && socket_refused(AF_INET6, SOCK_STREAM)
        && socket_refused(AF_INET6, SOCK_DGRAM) && socket_refused(AF_UNIX, SOCK_STREAM) && socket_refused(AF_UNIX, SOCK_DGRAM)
        && socket_refused(AF_NETLINK, SOCK_RAW) && socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0
        && syscall(SYS_io_uring_setup, 4, parameters) < 0 && errno == EPERM;
}

static int exit_of(pid_t child) {
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* A copy of this very program, written and run; and a file in memory, which lies beneath no folder. */
static int no_execution(const char *output, const char *self) {
    char path[4096], buffer[65536];
    snprintf(path, sizeof path, "%s/written", output);
    int from = open(self, O_RDONLY | O_CLOEXEC), to = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0755);
    if (from < 0 || to < 0) return 0;
    for (ssize_t n; (n = read(from, buffer, sizeof buffer)) > 0;) if (write(to, buffer, (size_t)n) != n) return 0;
    close(from);
    close(to);
    pid_t child = fork();
    if (child == 0) {
        execl(path, path, (char *)NULL);
        _exit(refused() ? 77 : 78);
    }
    int exit = exit_of(child);
    unlink(path);
    return exit == 77 && memfd_create("written", 0) < 0 && refused();
}

static int one_group(void) {
    if (getpgrp() != getpid()) return 0;
    pid_t child = fork();
    if (child == 0) _exit(setsid() < 0 && setpgid(0, 0) < 0 ? 77 : 78);
    return exit_of(child) == 77;
}

static int no_privileges(void) {
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct have[2];
    if (syscall(SYS_capget, &header, have)) return 0;
    unsigned any = have[0].effective | have[0].permitted | have[1].effective | have[1].permitted;
    return !any && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
}

static int closed_descriptors(void) {
    for (int fd = 3; fd < 4096; fd++) if (fcntl(fd, F_GETFD) >= 0) return 0;
    return 1;
}

static int clean_environment(void) {
    static const char *const known[] = { "PATH=", "LANG=", "HOME=", "TMPDIR=" };
    for (char **variable = environ; *variable; variable++) {
        unsigned i = 0;
        while (i < 4 && strncmp(*variable, known[i], strlen(known[i]))) i++;
        if (i == 4) return 0;
    }
    return 1;
}

static int limits(void) {
    struct rlimit core, files;
    return !getrlimit(RLIMIT_CORE, &core) && core.rlim_max == 0 && !getrlimit(RLIMIT_NOFILE, &files) && files.rlim_max <= 4096
        && nothing_outlives();
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: quarry-probe AGENT_PID AGENT_UID INPUT OUTPUT OTHER\n");
        return 2;
    }
    char made[4096];
    snprintf(made, sizeof made, "%s/made", argv[4]);
    int fd = open(made, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0644);
    rung("usable", readable(argv[3]) && fd >= 0 && write(fd, "x", 1) == 1 && !close(fd));
    rung("clean-environment", clean_environment());
    rung("closed-descriptors", closed_descriptors());
    rung("limits", limits());
    rung("no-privileges", no_privileges());
    rung("one-group", one_group());
    rung("own-user", getuid() != 0 && getuid() != (uid_t)strtoul(argv[2], NULL, 10));
    rung("landlock", file_refused("/"));
    rung("seccomp", prctl(PR_GET_SECCOMP, 0, 0, 0, 0) == SECCOMP_MODE_FILTER && ptrace(PTRACE_TRACEME, 0, 0, 0) < 0);
    rung("agent-hidden", agent_hidden(argv[1]));
    rung("files-hidden", file_refused(argv[5]) && !writable(argv[5]) && refused() && !writable(argv[3]) && refused()
        && untouchable(argv[5]) && untouchable(argv[3]) && untouchable_when_open(argv[3]));
    rung("no-sockets", no_sockets());
    rung("no-execution", no_execution(argv[4], argv[0]));
    return 0;
}
