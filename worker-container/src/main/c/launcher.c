/* quarry-launcher - runs one extractor without privileges, files, network or sight of other processes.
 *
 *   quarry-launcher [--uid N] [--read PATH]... [--run PATH]... [--write PATH]... [--limit NAME=N]... [--best-effort] -- PROGRAM ARGS...
 *
 *   --read, --run, --write   what the program may open beneath PATH: read; read and execute; read and write, but not execute
 *   --limit                  as, cpu, fsize, nofile, nproc: in the units of setrlimit(2); never raised above the hard limit. nproc counts
 *                            all processes and threads of the user: it is doubled until as many may be started as there are already
 *   --uid                    user and group to become (needs root)
 *   --best-effort            go on where the kernel has no Landlock or no seccomp; without it that ends with status 126
 *
 * It needs no privilege, no setuid bit and no namespace, so it works in containers that forbid user namespaces. The environment is
 * passed on as it is: whoever starts this clears it. Whatever cannot be set up ends with status 126: it fails closed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "name this processor's audit architecture, and check that its system calls have 64-bit little-endian arguments"
#endif

static void die(const char *what) {
    fprintf(stderr, "quarry-launcher: %s: %s\n", what, strerror(errno));
    _exit(126);
}

/* ---- Landlock. Own declarations: distributions' headers are older than the kernels they run on. ---- */

struct ruleset { uint64_t fs, net, scoped; };
struct path_rule { uint64_t access; int32_t fd; } __attribute__((packed));

enum {
    EXECUTE = 1 << 0, WRITE = 1 << 1, READ = 1 << 2, READ_DIR = 1 << 3, REMOVE_DIR = 1 << 4, REMOVE_FILE = 1 << 5,
    MAKE_DIR = 1 << 7, MAKE_REG = 1 << 8, MAKE_SYM = 1 << 12, REFER = 1 << 13, TRUNCATE = 1 << 14, IOCTL_DEV = 1 << 15
};
#define RIGHTS_READ (READ | READ_DIR)
#define RIGHTS_RUN (READ | READ_DIR | EXECUTE)
/* No devices, sockets or FIFOs: the agent would not read them. */
#define RIGHTS_WRITE (READ | READ_DIR | WRITE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | REFER | TRUNCATE)
#define RIGHTS_OF_A_FILE (EXECUTE | WRITE | READ | TRUNCATE | IOCTL_DEV)

static int landlock_abi(void) {
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1 /* VERSION */);
    return abi < 0 ? 0 : (int)abi;
}

static void allow(int set, uint64_t handled, const char *path, uint64_t access, int must_exist) {
    struct path_rule rule = { access & handled, open(path, O_PATH | O_CLOEXEC) };
    struct stat st;
    if (rule.fd < 0 && errno == ENOENT && !must_exist) return;
    if (rule.fd < 0 || fstat(rule.fd, &st)) die(path);
    if (!S_ISDIR(st.st_mode)) rule.access &= RIGHTS_OF_A_FILE; /* a directory's rights on a file are EINVAL */
    if (syscall(SYS_landlock_add_rule, set, 1 /* PATH_BENEATH */, &rule, 0)) die(path);
    close(rule.fd);
}

static void confine_files(int abi, char **options, char **end) {
    /* What each version can handle, and from 6 on: no abstract unix sockets and no signals out of the sandbox. */
    struct ruleset rights = { abi >= 5 ? 0xffff : abi >= 3 ? 0x7fff : abi >= 2 ? 0x3fff : 0x1fff, abi >= 4 ? 3 : 0, abi >= 6 ? 3 : 0 };
    size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    int set = (int)syscall(SYS_landlock_create_ruleset, &rights, size, 0);
    if (set < 0) die("landlock_create_ruleset");
    for (char **o = options; o < end; o++) {
        if (!strcmp(*o, "--read")) allow(set, rights.fs, o[1], RIGHTS_READ, 1);
        if (!strcmp(*o, "--run")) allow(set, rights.fs, o[1], RIGHTS_RUN, 1);
        if (!strcmp(*o, "--write")) allow(set, rights.fs, o[1], RIGHTS_WRITE, 1);
    }
    allow(set, rights.fs, "/dev/null", READ | WRITE, 0);
    allow(set, rights.fs, "/dev/zero", READ | WRITE, 0);
    allow(set, rights.fs, "/dev/urandom", READ, 0);
    allow(set, rights.fs, "/dev/random", READ, 0); /* without it Java seeds itself for eight seconds */
    allow(set, rights.fs, "/proc/self", RIGHTS_READ, 0); /* this very process, which exec keeps; no other one */
    if (syscall(SYS_landlock_restrict_self, set, 0)) die("landlock_restrict_self");
    close(set);
}

/* ---- seccomp: all is allowed but these. EPERM, not death: JVMs and interpreters try and do without. ---- */

/* Numbers that distributions' headers are too old for. They are the same on all processors. */
enum { FCHMODAT2 = 452, SETXATTRAT = 463, REMOVEXATTRAT = 466, OPEN_TREE_ATTR = 467, FILE_SETATTR = 469 };

static const int denied[] = {
    SYS_socket, SYS_connect, SYS_bind, SYS_listen, SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_process_madvise, SYS_kcmp,
    SYS_pidfd_open, SYS_pidfd_getfd, SYS_pidfd_send_signal, SYS_perf_event_open, SYS_userfaultfd, SYS_bpf,
    SYS_unshare, SYS_setns, SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_open_tree, SYS_move_mount,
    SYS_fsopen, SYS_fsmount, SYS_fsconfig, SYS_fspick, SYS_mount_setattr, OPEN_TREE_ATTR,
    SYS_add_key, SYS_request_key, SYS_keyctl, SYS_name_to_handle_at, SYS_open_by_handle_at, SYS_personality,
    SYS_quotactl, SYS_quotactl_fd, SYS_acct, SYS_swapon, SYS_swapoff, SYS_reboot, SYS_syslog, SYS_vhangup,
    SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_kexec_file_load, SYS_settimeofday, SYS_clock_settime,
    SYS_adjtimex, SYS_clock_adjtime, SYS_sethostname, SYS_setdomainname,
    /* Landlock does not know these, and where agent and extractor are one user they reach all that this user owns: a chmod of the scratch
     * folder ends the job, and a watch tells what other jobs do. By descriptor, too: the input is a second name of the agent's file. */
    SYS_fchmod, SYS_fchmodat, FCHMODAT2, SYS_fchown, SYS_fchownat, SYS_utimensat, FILE_SETATTR,
    SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, SETXATTRAT, SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, REMOVEXATTRAT,
    SYS_inotify_init1, SYS_inotify_add_watch, SYS_fanotify_init, SYS_fanotify_mark,
#ifdef __x86_64__
    SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat, SYS_inotify_init, SYS_iopl, SYS_ioperm,
#endif
    /* Memory and messages that belong to no process outlive every kill, and no limit counts them. */
    SYS_shmget, SYS_shmat, SYS_shmctl, SYS_msgget, SYS_msgsnd, SYS_msgrcv, SYS_msgctl, SYS_semget, SYS_semop, SYS_semctl,
    SYS_semtimedop, SYS_mq_open, SYS_mq_unlink,
    /* What the agent and other jobs of this user get of the processors. */
    SYS_setpriority, SYS_ioprio_set, SYS_sched_setscheduler, SYS_sched_setparam, SYS_sched_setattr, SYS_sched_setaffinity,
    SYS_move_pages, SYS_migrate_pages,
    /* A file in memory lies beneath no path, so Landlock would let it be executed. */
    SYS_memfd_create, SYS_execveat,
    /* What it forks stays in its process group, so that one kill reaches all of it. */
    SYS_setsid, SYS_setpgid,
};

enum { OTHER_INSTRUCTIONS = 48, MOST_INSTRUCTIONS = 320 };
_Static_assert(2 * sizeof denied / sizeof *denied + OTHER_INSTRUCTIONS <= MOST_INSTRUCTIONS, "the filter has room for all that is denied");

static struct sock_filter filter[MOST_INSTRUCTIONS];
static unsigned short instructions;

static void add(struct sock_filter instruction) {
    if (instructions == MOST_INSTRUCTIONS) { errno = E2BIG; die("seccomp filter"); }
    filter[instructions++] = instruction;
}

#define LOAD(field) add((struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field)))
#define AND(mask) add((struct sock_filter)BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask))
#define IF(compare, value, yes, no) add((struct sock_filter)BPF_JUMP(BPF_JMP | (compare) | BPF_K, value, yes, no))
#define RETURN(action) add((struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action))
#define REFUSE RETURN(SECCOMP_RET_ERRNO | EPERM)
#define ALLOW RETURN(SECCOMP_RET_ALLOW)
#define NAMESPACES (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)

static void confine_calls(int abi, int best_effort) {
    LOAD(arch); IF(BPF_JEQ, ARCH, 1, 0); RETURN(SECCOMP_RET_KILL_PROCESS); /* 32-bit calls have other numbers */
    LOAD(nr);
#ifdef __x86_64__
    IF(BPF_JGE, 0x40000000, 0, 1); RETURN(SECCOMP_RET_KILL_PROCESS); /* x32 has other numbers */
#endif
    for (unsigned i = 0; i < sizeof denied / sizeof *denied; i++) {
        IF(BPF_JEQ, (unsigned)denied[i], 0, 1); REFUSE;
    }
    if (abi < 3) { IF(BPF_JEQ, SYS_truncate, 0, 1); REFUSE; } /* Landlock did not know it yet */
    /* A stream pair without a name is a pipe, and Java's FileChannel needs one. A datagram pair could send to a name. */
    IF(BPF_JEQ, SYS_socketpair, 0, 7);
    LOAD(args[0]); IF(BPF_JEQ, AF_UNIX, 0, 3);
    LOAD(args[1]); AND(0xf); IF(BPF_JEQ, SOCK_STREAM, 1, 0);
    REFUSE; ALLOW;
    /* Other processes' limits: the agent has the same user where it is not root. */
    IF(BPF_JEQ, SYS_prlimit64, 0, 4); LOAD(args[0]); IF(BPF_JEQ, 0, 0, 1); ALLOW; REFUSE;
    IF(BPF_JEQ, SYS_clone3, 0, 1); RETURN(SECCOMP_RET_ERRNO | ENOSYS); /* its flags cannot be read; libc uses clone then */
    IF(BPF_JEQ, SYS_clone, 0, 3); LOAD(args[0]); /* the low word */
    IF(BPF_JSET, NAMESPACES, 0, 1); REFUSE;
    ALLOW;
    struct sock_fprog program = { instructions, filter };
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) && !best_effort) die("seccomp");
}

/* ---- limits and privileges ---- */

static void limit(const char *setting) {
    static const struct { const char *name; int resource; } known[] = {
        { "as", RLIMIT_AS }, { "cpu", RLIMIT_CPU }, { "fsize", RLIMIT_FSIZE }, { "nofile", RLIMIT_NOFILE },
    };
    const char *equals = strchr(setting, '=');
    for (unsigned i = 0; equals && i < sizeof known / sizeof *known; i++) {
        if (strlen(known[i].name) != (size_t)(equals - setting) || strncmp(setting, known[i].name, (size_t)(equals - setting))) continue;
        char *end;
        struct rlimit now;
        rlim_t most = strtoull(equals + 1, &end, 10);
        if (!equals[1] || *end || getrlimit((__rlimit_resource_t)known[i].resource, &now)) die(setting);
        if (most > now.rlim_max) most = now.rlim_max; /* a container's own may be lower, and nobody may raise it */
        if (setrlimit((__rlimit_resource_t)known[i].resource, &(struct rlimit){ most, most })) die(setting);
        return;
    }
    errno = EINVAL;
    die(setting);
}

/* The kernel counts all of the user's, in other containers, too, which nobody sees in /proc; only trying tells how many there are. A limit
 * below would keep innocent programs from starting. So a bomb is bounded by twice what there is, or by what was asked for. */
static void limit_processes(const char *setting) {
    char *end;
    struct rlimit now;
    rlim_t most = strtoull(setting, &end, 10);
    if (!*setting || *end || most < 2 || getrlimit(RLIMIT_NPROC, &now)) { errno = EINVAL; die(setting); }
    for (; most < now.rlim_max; most *= 2) {
        if (setrlimit(RLIMIT_NPROC, &(struct rlimit){ most / 2, now.rlim_max })) die("nproc");
        pid_t child = fork();
        if (child == 0) _exit(0);
        if (child > 0) { while (waitpid(child, NULL, 0) < 0 && errno == EINTR) { } break; }
        if (errno != EAGAIN) die("nproc");
    }
    if (most > now.rlim_max) most = now.rlim_max;
    if (setrlimit(RLIMIT_NPROC, &(struct rlimit){ most, most })) die("nproc");
}

static void become(const char *user) {
    char *end;
    unsigned long id = strtoul(user, &end, 10);
    if (!*user || *end || id == 0 || id >= 0xffffffff) { errno = EINVAL; die(user); }
    if (setgroups(0, NULL) || setresgid((gid_t)id, (gid_t)id, (gid_t)id) || setresuid((uid_t)id, (uid_t)id, (uid_t)id)) die("another user");
}

static void drop_privileges(void) {
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) die("no_new_privs");
    /* Root keeps CAP_PERFMON otherwise, which reads any /proc/PID/environ past Landlock. no_new_privs keeps exec from giving them back. */
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct none[2] = { { 0, 0, 0 }, { 0, 0, 0 } };
    if (syscall(SYS_capset, &header, none)) die("capset");
}

static int takes_value(const char *option) {
    static const char *const known[] = { "--uid", "--read", "--run", "--write", "--limit" };
    for (unsigned i = 0; i < sizeof known / sizeof *known; i++) if (!strcmp(option, known[i])) return 1;
    return 0;
}

int main(int argc, char **argv) {
    int best_effort = 0, abi = landlock_abi();
    const char *user = NULL, *processes = NULL;
    pid_t agent = getppid();
    char **end = argv + 1;
    for (; *end && strcmp(*end, "--"); end++) {
        if (!strcmp(*end, "--best-effort")) best_effort = 1;
        else if (!takes_value(*end) || !end[1]) { errno = EINVAL; die(*end); }
        else if (!strcmp(*end++, "--uid")) user = *end;
    }
    if (argc < 2 || !*end || !end[1]) { errno = EINVAL; die("no program"); }
    char **command = end + 1;
    if (abi < 1 && !best_effort) { errno = ENOSYS; die("Landlock is not in this kernel, or not switched on (lsm=landlock,...)"); }

    setsid(); /* fails for a group's leader, which is as good */
    if (syscall(SYS_close_range, 3, ~0U, 0)) {
        for (int fd = 3; fd < (int)sysconf(_SC_OPEN_MAX); fd++) close(fd); /* before Linux 5.9 */
    }
    if (setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 })) die("core");
    for (char **o = argv + 1; o < end; o++) {
        if (!takes_value(*o)) continue;
        if (!strcmp(*o, "--limit") && !strncmp(o[1], "nproc=", 6)) processes = o[1] + 6;
        else if (!strcmp(*o, "--limit")) limit(o[1]);
        o++;
    }
    if (user) become(user);
    if (processes) limit_processes(processes);
    drop_privileges();
    /* After the change of user, which resets it. The signal comes when the thread that forked ends. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL)) die("parent death signal");
    if (getppid() != agent) _exit(126);
    if (abi > 0) confine_files(abi, argv + 1, end);
    confine_calls(abi, best_effort);
    execv(command[0], command);
    die(command[0]);
}
