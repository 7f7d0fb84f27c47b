#include "gateway/commands/new_part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct span trimmed(struct span text)
{
    while (text.size > 0 && (unsigned char)text.data[0] <= ' ') text = (struct span){text.data + 1, text.size - 1};
    while (text.size > 0 && (unsigned char)text.data[text.size - 1] <= ' ') text.size--;
    return text;
}

void new_ask(struct arena *arena, const char *question, struct span *answer)
{
    char *line = NULL;
    size_t room = 0;
    if (answer->data != NULL || isatty(STDIN_FILENO) == 0 || isatty(STDERR_FILENO) == 0) return;
    fprintf(stderr, "%s\n> ", question);
    ssize_t size = getline(&line, &room, stdin);
    struct span text = size > 0 ? trimmed((struct span){line, (size_t)size}) : (struct span){NULL, 0};
    if (text.size > 0) *answer = arena_copy(arena, text);
    free(line);
}

const struct span *new_list(struct arena *arena, struct span text, size_t *count)
{
    struct span *items = arena_calloc(arena, text.size / 2 + 1, sizeof *items);
    *count = 0;
    while (items != NULL && text.size > 0) {
        const char *comma = memchr(text.data, ',', text.size);
        size_t size = comma != NULL ? (size_t)(comma - text.data) : text.size;
        struct span item = trimmed((struct span){text.data, size});
        if (item.size > 0) items[(*count)++] = item;
        size_t used = comma != NULL ? size + 1 : size;
        text = (struct span){text.data + used, text.size - used};
    }
    return items;
}

bool new_check_key(const struct command *command, const char *flag, enum fideslang_kind kind, struct span key)
{
    const struct fideslang_key *known = fideslang_find(kind, key);
    if (known != NULL && known->replaced_by == NULL) return true;
    const struct fideslang_key *nearest = fideslang_nearest(kind, key);
    if (nearest != NULL)
        command_usage_error(command, "--%s: there is no key '%.*s'; did you mean '%s'?", flag, SPAN_ARGS(key), nearest->key);
    else
        command_usage_error(command, "--%s: '%.*s' is no key of fideslang %s", flag, SPAN_ARGS(key), fideslang_version());
    return false;
}

int new_give(const struct command *command, const char *path, struct buffer *text)
{
    if (path == NULL || !buffer_ok(text)) return command_print(text, EXIT_FINE);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int error = errno;
    bool written = file >= 0;
    for (size_t done = 0; written && done < text->size;) {
        ssize_t size = write(file, text->data + done, text->size - done);
        written = size > 0;
        error = errno;
        done += written ? (size_t)size : 0;
    }
    if (file >= 0 && close(file) != 0) {
        if (written) error = errno;
        written = false;
    }
    if (file >= 0 && !written) (void)unlink(path); /* half a file would be in the way of the next try */
    buffer_deinit(text);
    if (written) return EXIT_FINE;
    if (file < 0 && error == EEXIST) return command_could_not(command, "%s is there already and stays as it is", path);
    return command_could_not(command, "%s: %s", path, strerror(error));
}
