/* senders_read.c - the senders file: YAML into struct senders. */
#include "codecs/format.h"
#include "contracts/secret_file.h"
#include "gateway/config_read.h"
#include "gateway/senders.h"

#include <stdlib.h>

enum { SENDERS_ARENA = 16 * 1024 * 1024 };

static bool read_map(struct config_reader *reader, const struct config_member *members, size_t count,
                     const struct yaml_node *node, void *target)
{
    if (node->kind != YAML_MAP) return config_fail(reader, node, "a map is expected here, not %s", yaml_kind_word(node));
    return config_members_read(reader, members, count, node, target);
}

/* A list, or nothing: `keys:` with all keys revoked. */
static bool is_list(struct config_reader *reader, const struct yaml_node *node)
{
    if (node->kind == YAML_SEQUENCE || yaml_is(node, YAML_NULL)) return true;
    return config_fail(reader, node, "a list is expected here, not %s", yaml_kind_word(node));
}

static bool read_texts(struct config_reader *reader, const struct yaml_node *node, struct span **out, size_t *count)
{
    if (!is_list(reader, node)) return false;
    *out = arena_calloc(reader->arena, node->count + 1, sizeof **out);
    if (*out == NULL) return config_fail(reader, node, "out of memory");
    for (size_t i = 0; i < node->count; i++) {
        const char *text = config_text(reader, node->items[i]);
        if (text == NULL) return false;
        (*out)[i] = span_of(text);
    }
    *count = node->count;
    return true;
}

/* ---------------------------------------------------------------- keys */

static bool read_prefix(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct sender_key *key = target;
    uint8_t bytes[SENDER_PREFIX / 2];
    if (node->kind != YAML_SCALAR || node->text.size != SENDER_PREFIX || !hex_decode(node->text, bytes))
        return config_fail(reader, node, "a prefix of 12 hex digits is expected here");
    key->prefix = arena_copy(reader->arena, node->text);
    return key->prefix.data != NULL;
}

static bool read_hash(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct sender_key *key = target;
    if (node->kind != YAML_SCALAR || node->text.size != 2 * sizeof key->hash || !hex_decode(node->text, key->hash))
        return config_fail(reader, node, "the SHA-256 of the key's secret is expected here: 64 hex digits");
    return true;
}

static bool read_created(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct sender_key *key = target;
    const char *text = config_text(reader, node);
    key->created = span_of(text);
    return text != NULL;
}

static bool read_key(struct config_reader *reader, const struct yaml_node *node, struct sender_key *key)
{
    static const struct config_member members[] = {{"prefix", read_prefix}, {"sha256", read_hash}, {"created", read_created}};
    if (!read_map(reader, members, COUNT_OF(members), node, key)) return false;
    if (key->prefix.data == NULL) return config_fail(reader, node, "the key lacks its prefix");
    return yaml_get(node, "sha256") != NULL || config_fail(reader, node, "the key lacks its sha256");
}

static bool read_keys(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct sender *sender = target;
    if (!is_list(reader, node)) return false;
    struct sender_key *keys = arena_calloc(reader->arena, node->count + 1, sizeof *keys);
    if (keys == NULL) return config_fail(reader, node, "out of memory");
    bool fine = true;
    for (size_t i = 0; i < node->count; i++) fine = read_key(reader, node->items[i], &keys[i]) && fine;
    sender->keys = keys;
    sender->key_count = node->count;
    return fine;
}

/* ---------------------------------------------------------------- senders */

static bool read_name(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct sender *sender = target;
    const char *text = config_text(reader, node);
    if (text == NULL) return false;
    sender->name = span_of(text);
    if (!format_uri(sender->name)) return config_fail(reader, node, "a sender's name is a URI: urn:acme:app:checkout");
    return !span_is(sender->name, SENDER_ANONYMOUS) || config_fail(reader, node, "this name is kept for senders without a file");
}

static bool read_kind(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct sender *sender = target;
    for (int i = 0; node->kind == YAML_SCALAR && i < SENDER_KINDS; i++) {
        if (!span_is(node->text, sender_kind_word((enum sender_kind)i))) continue;
        sender->kind = (enum sender_kind)i;
        return true;
    }
    return config_fail(reader, node, "server, app or browser is expected here");
}

static int compare_spans(const void *a, const void *b)
{
    return span_compare(*(const struct span *)a, *(const struct span *)b);
}

static bool read_events(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct sender *sender = target;
    sender->all_events = node->kind == YAML_SCALAR && span_is(node->text, "all");
    if (sender->all_events) return true;
    if (node->kind == YAML_SCALAR) return config_fail(reader, node, "`all` or a list of event types is expected here");
    struct span *events;
    if (!read_texts(reader, node, &events, &sender->event_count)) return false;
    qsort(events, sender->event_count, sizeof *events, compare_spans);
    sender->events = events;
    return true;
}

static bool read_receipts(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct sender *sender = target;
    return yaml_boolean(node, &sender->receipts) || config_fail(reader, node, "true or false is expected here");
}

/* An origin as browsers send it (RFC 6454, section 6.2): scheme://host[:port], lower case, nothing behind. */
static bool is_origin(struct span text)
{
    const char *host = memmem(text.data, text.size, "://", 3);
    if (host == NULL || !format_uri(text)) return false;
    size_t start = (size_t)(host - text.data) + 3;
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.data[i];
        if ((byte >= 'A' && byte <= 'Z') || (i >= start && (byte == '/' || byte == '?' || byte == '#' || byte == '@')))
            return false;
    }
    return start < text.size;
}

static bool read_origins(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct sender *sender = target;
    struct span *origins;
    if (!read_texts(reader, node, &origins, &sender->origin_count)) return false;
    sender->origins = origins;
    for (size_t i = 0; i < sender->origin_count; i++)
        if (!is_origin(origins[i]))
            return config_fail(reader, node->items[i],
                               "an origin is scheme://host or scheme://host:port in lower case: "
                               "https://shop.example");
    return true;
}

static bool read_undeclared(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct sender *sender = target;
    for (int i = 0; node->kind == YAML_SCALAR && i < UNDECLARED_UNSTATED; i++) {
        if (!span_is(node->text, undeclared_events_word((enum undeclared_events)i))) continue;
        sender->undeclared = (enum undeclared_events)i;
        return true;
    }
    return config_fail(reader, node, "refuse or observe is expected here");
}

static bool read_sender(struct config_reader *reader, const struct yaml_node *node, struct sender *sender)
{
    static const struct config_member members[] = {
        {"name", read_name},
        {"kind", read_kind},
        {"events", read_events},
        {"receipts", read_receipts},
        {"origins", read_origins},
        {"keys", read_keys},
        {"undeclared_events", read_undeclared},
    };
    sender->line = node->line;
    sender->undeclared = UNDECLARED_UNSTATED;
    if (!read_map(reader, members, COUNT_OF(members), node, sender)) return false;
    if (sender->name.data == NULL) return config_fail(reader, node, "the sender lacks its name");
    if (yaml_get(node, "events") == NULL) return config_fail(reader, node, "the sender lacks its events: a list, or all");
    if (sender->origin_count > 0 && sender->kind != SENDER_BROWSER)
        return config_fail(reader, node, "only senders of kind browser have origins");
    return true;
}

/* ---------------------------------------------------------------- the file */

static bool index_keys(struct config_reader *reader, struct senders *senders)
{
    size_t count = 0;
    for (size_t i = 0; i < senders->count; i++) count += senders->items[i].key_count;
    struct sender_entry *entries = arena_calloc(reader->arena, count + 1, sizeof *entries);
    if (entries == NULL) return config_fail(reader, NULL, "out of memory");
    count = 0;
    for (size_t i = 0; i < senders->count; i++)
        for (size_t j = 0; j < senders->items[i].key_count; j++)
            entries[count++] = (struct sender_entry){&senders->items[i].keys[j], &senders->items[i]};
    senders->entries = entries;
    senders->entry_count = count;
    return true;
}

static int compare_entries(const void *a, const void *b)
{
    return span_compare(((const struct sender_entry *)a)->key->prefix, ((const struct sender_entry *)b)->key->prefix);
}

static bool check_unique(struct config_reader *reader, struct senders *senders, const struct yaml_node *list)
{
    bool fine = true;
    for (size_t i = 0; i < senders->count; i++)
        if (senders_by_name(senders, senders->items[i].name) != &senders->items[i])
            fine = config_fail(reader, list->items[i], "a sender of this name stands above");
    qsort((struct sender_entry *)senders->entries, senders->entry_count, sizeof *senders->entries, compare_entries);
    for (size_t i = 1; i < senders->entry_count; i++)
        if (span_equal(senders->entries[i - 1].key->prefix, senders->entries[i].key->prefix))
            fine = config_fail(reader, NULL, "two keys have the prefix %.*s", SPAN_ARGS(senders->entries[i].key->prefix));
    return fine;
}

static bool read_list(struct config_reader *reader, const struct yaml_node *node, void *target)
{
    struct senders *senders = target;
    if (!is_list(reader, node)) return false;
    struct sender *items = arena_calloc(reader->arena, node->count + 1, sizeof *items);
    if (items == NULL) return config_fail(reader, node, "out of memory");
    bool fine = true;
    for (size_t i = 0; i < node->count; i++) {
        items[i].index = (uint32_t)i;
        fine = read_sender(reader, node->items[i], &items[i]) && fine;
    }
    senders->items = items;
    senders->count = node->count;
    return fine && index_keys(reader, senders) && check_unique(reader, senders, node);
}

static bool read_root(struct config_reader *reader, struct span text, struct senders *senders)
{
    static const struct config_member members[] = {{"senders", read_list}};
    struct yaml_error error;
    const struct yaml_node *root = yaml_parse(text, reader->arena, &error);
    if (root == NULL)
        return config_errors_add(reader->errors, reader->source, error.line, error.column, NULL, "%s", error.message);
    if (!read_map(reader, members, COUNT_OF(members), root, senders)) return false;
    return yaml_get(root, "senders") != NULL || config_fail(reader, root, "the list `senders` is missing");
}

struct senders *senders_parse(struct span text, const char *file, struct config_errors *errors)
{
    *errors = (struct config_errors){NULL, NULL, 0, 0};
    struct senders *senders = calloc(1, sizeof *senders);
    struct arena *arena = arena_create(SENDERS_ARENA);
    struct config_reader reader = {.arena = arena, .errors = errors, .source = file};
    if (senders != NULL && arena != NULL) {
        senders->arena = arena;
        if (read_root(&reader, text, senders)) return senders;
    } else {
        (void)config_fail(&reader, NULL, "out of memory");
    }
    arena_destroy(arena);
    free(senders);
    return NULL;
}

struct senders *senders_load(const char *file, struct config_errors *errors)
{
    struct buffer text = BUFFER_EMPTY;
    struct senders *senders = NULL;
    const char *error = secret_file_read(file, SECRET_READABLE, &text);
    if (error == NULL) {
        senders = senders_parse(buffer_span(&text), file, errors);
    } else {
        *errors = (struct config_errors){NULL, NULL, 0, 0};
        (void)config_errors_add(errors, file, 0, 0, NULL, "%s", error);
    }
    buffer_deinit(&text);
    return senders;
}
