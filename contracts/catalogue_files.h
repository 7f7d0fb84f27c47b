/* catalogue_files.h - the files of a folder of contracts, in a fixed order. */
#ifndef HEADGATE_CONTRACTS_CATALOGUE_FILES_H
#define HEADGATE_CONTRACTS_CATALOGUE_FILES_H

#include "codecs/arena.h"
#include "contracts/diagnostic.h"

struct catalogue_file {
    struct span path;     /* as diagnostics name it: under the folder as given */
    struct span relative; /* below the folder: the same wherever it lies */
};

struct catalogue_files {
    struct arena *arena;
    struct catalogue_file *items;
    size_t count;
    size_t capacity;
};

/* The texts lie in `arena`, the list itself on the heap until deinit. */
void catalogue_files_init(struct catalogue_files *files, struct arena *arena);
void catalogue_files_deinit(struct catalogue_files *files);

/* All *.yaml and *.yml below `path` (a folder, or one file), sorted by their path; file symlinks are followed, folder symlinks
 * and names that begin with a dot are not, nor is approvals.yaml in the folder itself. False with diagnostics (rule `file`) when
 * something cannot be read, or when out of memory. */
bool catalogue_files_list(struct catalogue_files *files, const char *path, struct diagnostics *diagnostics) MUST_CHECK;

/* The whole text of a file on the heap (free() it); NULL with a diagnostic when it cannot be read or is larger than any contract.
 */
char *catalogue_file_read(const struct catalogue_file *file, size_t *size, struct diagnostics *diagnostics) MUST_CHECK;

#endif
