/* Stands between a program and the C library: lets one call fail, kills at one, or changes what a start finds.
 *
 *   SHIM_CALLS  which calls count: any of open create write sync rename link unlink mkdir rmdir thread, with commas
 *   SHIM_AT     the number, from 1, of the call at which it happens; `N+`: at that and at all later ones
 *   SHIM_DO     a number: the call fails with that errno, EAGAIN without one; `kill` or `killed`: the process is killed
 *               before or after it
 *   SHIM_COUNT  a file that gets the number of calls when the program ends
 *   SHIM_NAMED  set: no file without a name can be had
 *   SHIM_CSR    the floating-point environment at the start, hexadecimal
 *
 * A write counts where it goes to a regular file; an open outside the system's folders, as `create` where it may
 * write.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#include <xmmintrin.h>

static int count;
static int at, and_later, kills;
static int error = EAGAIN;
static const char *calls = "";

static void count_down(void)
{
    const char *path = getenv("SHIM_COUNT");
    if (path) {
        FILE *file = fopen(path, "w");
        if (file) {
            fprintf(file, "%d\n", count);
            fclose(file);
        }
    }
}

__attribute__((constructor)) static void start(void)
{
    const char *value = getenv("SHIM_CALLS");
    if (value) calls = value;
    if ((value = getenv("SHIM_AT"))) {
        at = atoi(value);
        and_later = strchr(value, '+') != NULL;
    }
    if ((value = getenv("SHIM_DO"))) {
        if (!strcmp(value, "kill")) kills = 1;
        else if (!strcmp(value, "killed")) kills = 2;
        else error = atoi(value);
    }
    if ((value = getenv("SHIM_CSR"))) _mm_setcsr(strtoul(value, NULL, 16));
    atexit(count_down);
}

static int counts(const char *call)
{
    size_t length = strlen(call);
    for (const char *found = calls; (found = strstr(found, call)); found += length) {
        int begins = found == calls || found[-1] == ',';
        if (begins && (found[length] == ',' || !found[length])) return 1;
    }
    return 0;
}

/* Whether this call fails. */
static int fails(const char *call)
{
    if (!counts(call)) return 0;
    int now = __sync_add_and_fetch(&count, 1);
    if (!at || (now != at && !(and_later && now > at))) return 0;
    if (kills == 1) kill(getpid(), SIGKILL);
    if (kills == 2) return -1;
    errno = error;
    return 1;
}

static int is_system(const char *path)
{
    static const char *roots[] = {"/proc", "/sys", "/dev", "/etc", "/usr", "/lib"};
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (!strncmp(path, roots[i], strlen(roots[i]))) return 1;
    return 0;
}

static int is_regular(int fd)
{
    struct stat there;
    return !fstat(fd, &there) && S_ISREG(there.st_mode);
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* A call that counts, and after which the process may be killed. */
#define CALL(call, failed, real)      \
    do {                              \
        int fault = fails(call);      \
        if (fault > 0) return failed; \
        __typeof__(real) made = real; \
        if (fault < 0) kill(getpid(), SIGKILL); \
        return made;                  \
    } while (0)

static int open_any(int folder, const char *path, int flags, mode_t mode)
{
    if ((flags & O_TMPFILE) == O_TMPFILE && getenv("SHIM_NAMED")) {
        errno = EOPNOTSUPP;
        return -1;
    }
    if (is_system(path)) return REAL(openat)(folder, path, flags, mode);
    int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT);
    if (writes && counts("create")) CALL("create", -1, REAL(openat)(folder, path, flags, mode));
    CALL("open", -1, REAL(openat)(folder, path, flags, mode));
}

#define MODE(flags)                                \
    mode_t mode = 0;                               \
    if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) { \
        va_list list;                              \
        va_start(list, flags);                     \
        mode = va_arg(list, mode_t);               \
        va_end(list);                              \
    }

int open(const char *path, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return open_any(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return open_any(folder, path, flags, mode); }

ssize_t write(int fd, const void *bytes, size_t n)
{
    if (!is_regular(fd)) return REAL(write)(fd, bytes, n);
    CALL("write", -1, REAL(write)(fd, bytes, n));
}

int fsync(int fd) { CALL("sync", -1, REAL(fsync)(fd)); }
int fdatasync(int fd) { CALL("sync", -1, REAL(fdatasync)(fd)); }
int rename(const char *from, const char *to) { CALL("rename", -1, REAL(rename)(from, to)); }
int renameat(int a, const char *from, int b, const char *to) { CALL("rename", -1, REAL(renameat)(a, from, b, to)); }
int link(const char *from, const char *to) { CALL("link", -1, REAL(link)(from, to)); }
int linkat(int a, const char *from, int b, const char *to, int flags)
{
    CALL("link", -1, REAL(linkat)(a, from, b, to, flags));
}
int unlink(const char *path) { CALL("unlink", -1, REAL(unlink)(path)); }
int unlinkat(int folder, const char *path, int flags) { CALL("unlink", -1, REAL(unlinkat)(folder, path, flags)); }
int mkdir(const char *path, mode_t mode) { CALL("mkdir", -1, REAL(mkdir)(path, mode)); }
int rmdir(const char *path) { CALL("rmdir", -1, REAL(rmdir)(path)); }

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument)
{
    CALL("thread", EAGAIN, REAL(pthread_create)(thread, attributes, start, argument));
}
