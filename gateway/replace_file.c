#include "gateway/replace_file.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODE = 0644 };

static bool write_all(int file, struct span text)
{
    while (text.size > 0) {
        ssize_t wrote = write(file, text.data, text.size);
        if (wrote < 0 && errno == EINTR) continue;
        if (wrote <= 0) return false;
        text = (struct span){text.data + wrote, text.size - (size_t)wrote};
    }
    return true;
}

const char *replace_file(const char *path, struct span text)
{
    char temporary[PATH_MAX];
    int size = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (size < 0 || (size_t)size >= sizeof temporary) return strerror(ENAMETOOLONG);
    int file = mkstemp(temporary);
    if (file < 0) return strerror(errno);
    bool fine = write_all(file, text) && fchmod(file, MODE) == 0 && fsync(file) == 0;
    int reason = errno;
    fine = close(file) == 0 && fine;
    if (fine && rename(temporary, path) == 0) return NULL;
    if (fine) reason = errno;
    unlink(temporary);
    return strerror(reason);
}
