/*
 * Preloaded into a machine, it makes the disk fail from outside: as long as the file exists that
 * FAIL_SYNC_WHEN names, every sync fails with EIO, and as long as the one exists that
 * FAIL_WRITE_WHEN names, every write at a position, which is how the log writes. Pipes and what the
 * process prints are not touched.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(const char *variable) {
  const char *file = getenv(variable);
  return file != NULL && access(file, F_OK) == 0;
}

#define BREAK(variable, type, name, parameters, arguments)             \
  type name parameters {                                               \
    if (fails(variable)) {                                             \
      errno = EIO;                                                     \
      return -1;                                                       \
    }                                                                  \
    type(*real) parameters = (type(*) parameters)dlsym(RTLD_NEXT, #name); \
    return real arguments;                                             \
  }

BREAK("FAIL_SYNC_WHEN", int, fsync, (int fd), (fd))
BREAK("FAIL_SYNC_WHEN", int, fdatasync, (int fd), (fd))
BREAK("FAIL_WRITE_WHEN", ssize_t, pwrite, (int fd, const void *from, size_t count, off_t at),
      (fd, from, count, at))
BREAK("FAIL_WRITE_WHEN", ssize_t, pwrite64, (int fd, const void *from, size_t count, off64_t at),
      (fd, from, count, at))
