#include "gateway/commands/diff_source.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { REVISION_MAX = 256, OPEN_FOLDERS = 16 };

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    (void)kind;
    (void)walk;
    return remove(path);
}

void diff_source_close(struct diff_source *source)
{
    if (source->scratch[0] != '\0') (void)nftw(source->scratch, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
    source->scratch[0] = '\0';
}

struct span diff_source_path(const struct diff_source *source, struct span path)
{
    size_t size = strlen(source->scratch);
    if (size == 0 || path.size <= size || memcmp(path.data, source->scratch, size) != 0) return path;
    return (struct span){path.data + size + 1, path.size - size - 1};
}

/* ---------------------------------------------------------------- git archive REV -- DIR | tar -x -C SCRATCH */

/* Starts a program whose standard input or output is one end of the pipe. A program that only reads keeps silent: when it gets
 * half a text, the writer has said why. */
static bool start(const char *const *argv, int pipe_end, int as, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0) return false;
    bool silent = as == STDIN_FILENO;
    bool fine = posix_spawn_file_actions_adddup2(&actions, pipe_end, as) == 0 &&
                (!silent || posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0) &&
                posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)argv, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    return fine;
}

static bool ended_well(pid_t pid)
{
    int status;
    pid_t waited;
    do waited = waitpid(pid, &status, 0);
    while (waited < 0 && errno == EINTR);
    return waited == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* What git says (no such revision, no repository) stands on standard error before our own sentence. */
static const char *export(const char *revision, const char *dir, const char *scratch)
{
    const char *const git[] = {"git", "archive", "--format=tar", revision, "--", dir, NULL};
    const char *const tar[] = {"tar", "-x", "-C", scratch, NULL};
    pid_t writer = -1, reader = -1;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return "a pipe cannot be made";
    bool writing = start(git, ends[1], STDOUT_FILENO, &writer);
    bool reading = writing && start(tar, ends[0], STDIN_FILENO, &reader);
    close(ends[0]);
    close(ends[1]);
    bool wrote = writing && ended_well(writer), read = reading && ended_well(reader);
    if (!writing) return "git is not installed";
    if (!reading) return "tar is not installed";
    return wrote && read ? NULL : "git could not give that folder of that revision";
}

/* git:REV:DIR into its parts; a revision may not look like an option. */
static const char *split(const char *name, char *revision, const char **dir)
{
    const char *start = name + strlen("git:"), *colon = strchr(start, ':');
    size_t size = colon != NULL ? (size_t)(colon - start) : 0;
    if (colon == NULL || size == 0 || size >= REVISION_MAX || *start == '-') return "it must be git:REVISION:FOLDER";
    memcpy(revision, start, size);
    revision[size] = '\0';
    *dir = colon[1] != '\0' ? colon + 1 : ".";
    return NULL;
}

static const char *make_scratch(struct diff_source *source)
{
    const char *parent = getenv("TMPDIR");
    int size = snprintf(source->scratch, sizeof source->scratch, "%s/headgate-diff-XXXXXX",
                        parent != NULL && parent[0] == '/' ? parent : "/tmp");
    if (size > 0 && (size_t)size < sizeof source->scratch && mkdtemp(source->scratch) != NULL) return NULL;
    source->scratch[0] = '\0';
    return "a temporary folder cannot be made";
}

static const char *open_revision(struct diff_source *source)
{
    char revision[REVISION_MAX];
    const char *dir;
    const char *error = split(source->name, revision, &dir);
    if (error == NULL) error = make_scratch(source);
    if (error == NULL) error = export(revision, dir, source->scratch);
    if (error != NULL) return error;
    int size = snprintf(source->dir, sizeof source->dir, "%s/%s", source->scratch, dir);
    return size > 0 && (size_t)size < sizeof source->dir ? NULL : "its path is too long";
}

bool diff_source_open(struct diff_source *source, const char *name, const char **error)
{
    *source = (struct diff_source){.name = name};
    *error = NULL;
    if (strncmp(name, "git:", 4) == 0) {
        *error = open_revision(source);
    } else {
        int size = snprintf(source->dir, sizeof source->dir, "%s", name);
        if (size < 0 || (size_t)size >= sizeof source->dir) *error = "its path is too long";
    }
    if (*error != NULL) diff_source_close(source);
    return *error == NULL;
}
