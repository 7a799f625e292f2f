/*
 * Preloaded into a machine, it makes the disk fail from outside: as long as the file exists that
 * FAIL_SYNC_WHEN names, every sync fails with EIO, and as long as the one exists that
 * FAIL_WRITE_WHEN names, every write at a position, which is how the log writes. Pipes and what the
 * process prints are not touched.
 *
 * Where NOTE_SYNCS_IN names a file, each sync and each renaming that has worked adds a line to it:
 * "sync PATH" or "rename FROM TO".
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(const char *variable) {
  const char *file = getenv(variable);
  return file != NULL && access(file, F_OK) == 0;
}

/* One write for one line: several threads append. */
static void note(const char *what, const char *from, const char *to) {
  const char *file = getenv("NOTE_SYNCS_IN");
  int saved = errno;
  int fd = file == NULL ? -1 : open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0) {
    dprintf(fd, "%s %s%s%s\n", what, from, *to ? " " : "", to);
    close(fd);
  }
  errno = saved;
}

static void note_sync(int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length > 0) {
    path[length] = 0;
    note("sync", path, "");
  }
}

#define BREAK(variable, type, name, parameters, arguments, noting)     \
  type name parameters {                                               \
    if (fails(variable)) {                                             \
      errno = EIO;                                                     \
      return -1;                                                       \
    }                                                                  \
    type(*real) parameters = (type(*) parameters)dlsym(RTLD_NEXT, #name); \
    type result = real arguments;                                      \
    if (result == 0) {                                                 \
      noting;                                                          \
    }                                                                  \
    return result;                                                     \
  }

BREAK("FAIL_SYNC_WHEN", int, fsync, (int fd), (fd), note_sync(fd))
BREAK("FAIL_SYNC_WHEN", int, fdatasync, (int fd), (fd), note_sync(fd))
BREAK("FAIL_WRITE_WHEN", ssize_t, pwrite, (int fd, const void *from, size_t count, off_t at),
      (fd, from, count, at), )
BREAK("FAIL_WRITE_WHEN", ssize_t, pwrite64, (int fd, const void *from, size_t count, off64_t at),
      (fd, from, count, at), )

int rename(const char *from, const char *to) {
  int (*real)(const char *, const char *) =
      (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  int result = real(from, to);
  if (result == 0) {
    note("rename", from, to);
  }
  return result;
}
