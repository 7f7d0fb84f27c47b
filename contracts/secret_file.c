#include "contracts/secret_file.h"

#include "contracts/whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_LIMIT = 1024 * 1024 };

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
    if (file < 0) return whole_file_reason("it cannot be opened");
    struct stat status;
    const char *error = fstat(file, &status) != 0 ? "it cannot be read" : check_access(&status, access);
    if (error == NULL) error = read_all(file, out);
    close(file);
    return error;
}

void secret_wipe(struct buffer *buffer)
{
    if (buffer->data != NULL) explicit_bzero(buffer->data, buffer->capacity);
    buffer_clear(buffer);
}
