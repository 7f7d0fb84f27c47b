#include "contracts/catalogue_files.h"

#include "contracts/approvals.h"
#include "contracts/yaml.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FOLDER_DEPTH_MAX = 32 };

struct walk {
    struct catalogue_files *files;
    struct diagnostics *diagnostics;
    size_t root_size; /* of the folder's own path, with the slash behind it */
};

void catalogue_files_init(struct catalogue_files *files, struct arena *arena)
{
    *files = (struct catalogue_files){.arena = arena};
}

void catalogue_files_deinit(struct catalogue_files *files)
{
    free(files->items);
    *files = (struct catalogue_files){0};
}

static bool complain(struct diagnostics *diagnostics, struct span path, const char *what, int error)
{
    diagnostics_add(diagnostics, "file", (struct place){path, 0, 0}, SPAN(""), "%s: %s", what, strerror(error));
    return false;
}

static bool add_file(struct walk *walk, struct span path)
{
    struct catalogue_files *files = walk->files;
    if (files->count == files->capacity) {
        size_t capacity = files->capacity == 0 ? 64 : files->capacity * 2;
        struct catalogue_file *items = realloc(files->items, capacity * sizeof *items);
        if (items == NULL) {
            walk->diagnostics->failed = true;
            return false;
        }
        files->items = items;
        files->capacity = capacity;
    }
    size_t skip = walk->root_size < path.size ? walk->root_size : 0;
    files->items[files->count++] = (struct catalogue_file){path, {path.data + skip, path.size - skip}};
    return true;
}

static bool ends_with(struct span text, struct span end)
{
    return text.size > end.size && memcmp(text.data + text.size - end.size, end.data, end.size) == 0;
}

static bool walk_folder(struct walk *walk, struct span folder, unsigned depth);

static bool walk_entry(struct walk *walk, struct span folder, const char *name, unsigned depth)
{
    struct stat info;
    const char *slash = ends_with(folder, SPAN("/")) ? "" : "/";
    struct span path = arena_printf(walk->files->arena, "%.*s%s%s", SPAN_ARGS(folder), slash, name);
    if (path.data == NULL) {
        walk->diagnostics->failed = true;
        return false;
    }
    if (lstat(path.data, &info) != 0) return complain(walk->diagnostics, path, "it cannot be looked at", errno);
    if (depth == 0 && strcmp(name, APPROVALS_FILE) == 0) return true; /* it stands beside the contracts and is none */
    if (S_ISDIR(info.st_mode)) return walk_folder(walk, path, depth + 1);
    if (!ends_with(path, SPAN(".yaml")) && !ends_with(path, SPAN(".yml"))) return true;
    if (S_ISLNK(info.st_mode) && stat(path.data, &info) != 0)
        return complain(walk->diagnostics, path, "the link leads nowhere", errno);
    return !S_ISREG(info.st_mode) || add_file(walk, path);
}

static bool walk_folder(struct walk *walk, struct span folder, unsigned depth)
{
    if (depth > FOLDER_DEPTH_MAX) return complain(walk->diagnostics, folder, "the folder lies too deep", ELOOP);
    DIR *stream = opendir(folder.data);
    if (stream == NULL) return complain(walk->diagnostics, folder, "the folder cannot be opened", errno);
    bool ok = true;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(stream);
        if (entry == NULL && errno != 0) ok = complain(walk->diagnostics, folder, "the folder cannot be read", errno);
        if (entry == NULL) break;
        if (entry->d_name[0] != '.' && !walk_entry(walk, folder, entry->d_name, depth)) ok = false;
    }
    closedir(stream);
    return ok;
}

static int by_path(const void *a, const void *b)
{
    return span_compare(((const struct catalogue_file *)a)->relative, ((const struct catalogue_file *)b)->relative);
}

bool catalogue_files_list(struct catalogue_files *files, const char *path, struct diagnostics *diagnostics)
{
    struct stat info;
    struct span root = arena_copy(files->arena, span_of(path));
    if (root.data == NULL) {
        diagnostics->failed = true;
        return false;
    }
    struct walk walk = {files, diagnostics, 0};
    if (stat(path, &info) != 0) {
        complain(diagnostics, root, "the contracts are not there", errno);
        diagnostics_advise(diagnostics, "Name the folder with the contracts: DIR or --contracts DIR, HEADGATE_CONTRACTS, or "
                                        "contracts: DIR in the configuration.");
        return false;
    }
    if (!S_ISDIR(info.st_mode)) {
        const char *slash = memrchr(root.data, '/', root.size);
        walk.root_size = slash != NULL ? (size_t)(slash - root.data) + 1 : 0;
        return add_file(&walk, root);
    }
    walk.root_size = root.size + (ends_with(root, SPAN("/")) ? 0 : 1);
    bool ok = walk_folder(&walk, root, 0);
    if (files->count > 1) qsort(files->items, files->count, sizeof *files->items, by_path);
    return ok;
}

static bool read_all(int descriptor, char *text, size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        ssize_t part = read(descriptor, text + *got, size - *got);
        if (part < 0 && errno == EINTR) continue;
        if (part < 0) return false;
        if (part == 0) break;
        *got += (size_t)part;
    }
    return true;
}

char *catalogue_file_read(const struct catalogue_file *file, size_t *size, struct diagnostics *diagnostics)
{
    struct stat info;
    char *text = NULL;
    int descriptor = open(file->path.data, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 || fstat(descriptor, &info) != 0) {
        (void)complain(diagnostics, file->path, "it cannot be opened", errno);
    } else if (info.st_size > YAML_SIZE_MAX) {
        (void)complain(diagnostics, file->path, "it is larger than 4 MiB", EFBIG);
    } else if ((text = malloc((size_t)info.st_size + 1)) == NULL) {
        diagnostics->failed = true;
    } else if (!read_all(descriptor, text, (size_t)info.st_size, size)) {
        (void)complain(diagnostics, file->path, "it cannot be read", errno);
        free(text);
        text = NULL;
    }
    if (descriptor >= 0) close(descriptor);
    return text;
}
