#include "contracts/whole_file.h"

#include "codecs/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *whole_file_reason(const char *otherwise)
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
    case ENAMETOOLONG: return "its path is too long";
    case EROFS: return "the file system is read-only";
    default: return otherwise;
    }
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
    return true;
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

/* The whole text, open to whom it is for, on the disk. */
static const char *fill(int file, struct span text, enum whole_file kind)
{
    bool fine = write_all(file, text) && (kind != WHOLE_SHARED || fchmod(file, 0644) == 0) && fsync(file) == 0;
    const char *error = fine ? NULL : whole_file_reason("it cannot be written");
    if (close(file) != 0 && error == NULL) error = whole_file_reason("it cannot be written");
    return error;
}

const char *whole_file_write(const char *path, struct span text, enum whole_file kind)
{
    bool replace = kind != WHOLE_NEW_SECRET;
    if (!replace && access(path, F_OK) == 0) return "the file exists already";
    struct buffer temporary = BUFFER_EMPTY;
    buffer_printf(&temporary, "%s.XXXXXX", path);
    if (!buffer_ok(&temporary)) return "out of memory";
    const char *error = NULL;
    int file = mkostemp(temporary.data, O_CLOEXEC); /* mode 0600 */
    if (file < 0) {
        error = errno == ENOENT ? "its folder does not exist" : whole_file_reason("it cannot be opened");
    } else {
        error = fill(file, text, kind);
        if (error == NULL) error = publish(temporary.data, path, replace);
        if (error != NULL) (void)unlink(temporary.data);
        if (error == NULL) sync_folder(path);
    }
    buffer_deinit(&temporary);
    return error;
}
