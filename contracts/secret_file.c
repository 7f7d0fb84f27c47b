#include "contracts/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_LIMIT = 1024 * 1024 };

/* A constant sentence for errno, or `otherwise`. */
static const char *reason(const char *otherwise)
{
    switch (errno) {
    case ENOENT: return "there is no such file";
    case EACCES: return "permission denied";
    case EISDIR: return "this is a folder";
    case EEXIST: return "the file exists already";
    case ENOSPC: return "the disk is full";
    case EDQUOT: return "the quota is used up";
    case EIO: return "the disk reports an error";
    case EFBIG: return "a file may not be this large here (ulimit -f)";
    case EROFS: return "the file system is read-only";
    default: return otherwise;
    }
}

static const char *check_access(const struct stat *status, enum secret_access access)
{
    if (!S_ISREG(status->st_mode)) return "this is not a regular file";
    if (status->st_size > FILE_LIMIT) return "the file is larger than 1 MiB";
    if (access == SECRET_PRIVATE && (status->st_mode & 077) != 0)
        return "others can read it: a file with secrets needs mode 0600 (chmod 600)";
    if (access == SECRET_READABLE && (status->st_mode & 022) != 0)
        return "others can write to it: take that right away (chmod go-w)";
    return NULL;
}

static const char *read_all(int file, struct buffer *out)
{
    for (;;) {
        char *room = buffer_reserve(out, 16384);
        if (room == NULL) return "out of memory";
        ssize_t got = read(file, room, 16384);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return "it cannot be read";
        if (got == 0) return NULL;
        buffer_commit(out, (size_t)got);
        if (out->size > FILE_LIMIT) return "the file is larger than 1 MiB";
    }
}

const char *secret_file_read(const char *path, enum secret_access access, struct buffer *out)
{
    /* O_NONBLOCK: opening a FIFO by mistake must not hang the start; a regular file does not care. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) return reason("it cannot be opened");
    struct stat status;
    const char *error = fstat(file, &status) != 0 ? "it cannot be read" : check_access(&status, access);
    if (error == NULL) error = read_all(file, out);
    close(file);
    return error;
}

static bool write_all(int file, struct span text)
{
    while (text.size > 0) {
        ssize_t written = write(file, text.data, text.size);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.data += written;
        text.size -= (size_t)written;
    }
    return fsync(file) == 0;
}

/* The rename is durable only once the folder is. A file system that cannot sync folders loses nothing but that. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL ? strdup(".") : slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
    if (folder == NULL) return;
    int file = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (file < 0) return;
    (void)fsync(file);
    close(file);
}

/* link() refuses an existing name where rename() would replace it. */
static const char *publish(const char *temporary, const char *path, bool replace)
{
    if (replace) return rename(temporary, path) == 0 ? NULL : "it cannot be replaced";
    if (link(temporary, path) != 0) return errno == EEXIST ? "the file exists already" : "it cannot be created";
    (void)unlink(temporary);
    return NULL;
}

const char *secret_file_write(const char *path, struct span text, bool replace)
{
    if (!replace && access(path, F_OK) == 0) return "the file exists already";
    struct buffer temporary = BUFFER_EMPTY;
    buffer_printf(&temporary, "%s.XXXXXX", path);
    if (!buffer_ok(&temporary)) return "out of memory";
    const char *error = NULL;
    int file = mkostemp(temporary.data, O_CLOEXEC); /* mode 0600 */
    if (file < 0) {
        error = errno == ENOENT ? "its folder does not exist" : reason("it cannot be opened");
    } else {
        if (!write_all(file, text)) error = reason("it cannot be written");
        if (close(file) != 0 && error == NULL) error = reason("it cannot be written");
        if (error == NULL) error = publish(temporary.data, path, replace);
        if (error != NULL) (void)unlink(temporary.data);
        if (error == NULL) sync_folder(path);
    }
    buffer_deinit(&temporary);
    return error;
}

void secret_wipe(struct buffer *buffer)
{
    if (buffer->data != NULL) explicit_bzero(buffer->data, buffer->capacity);
    buffer_clear(buffer);
}
