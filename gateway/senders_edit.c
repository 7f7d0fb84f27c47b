#include "gateway/senders_edit.h"

#include "codecs/digest.h"
#include "codecs/format.h"
#include "codecs/json_writer.h"
#include "contracts/yaml.h"

#define STYLE "the file's style cannot be edited here; change it by hand"

/* ---------------------------------------------------------------- secrets */

bool sender_secret_new(struct sender_secret *out)
{
    uint8_t bytes[SENDER_PREFIX / 2 + 32], hash[SHA256_SIZE];
    char secret[64];
    if (!random_bytes(bytes, sizeof bytes)) return false;
    out->prefix[hex_encode(bytes, SENDER_PREFIX / 2, out->prefix)] = '\0';
    size_t size = base64url_encode(bytes + SENDER_PREFIX / 2, 32, secret);
    sha256((struct span){secret, size}, hash);
    out->hash[hex_encode(hash, sizeof hash, out->hash)] = '\0';
    memcpy(out->key, "hg_", 3);
    memcpy(out->key + 3, out->prefix, SENDER_PREFIX);
    out->key[3 + SENDER_PREFIX] = '_';
    memcpy(out->key + 3 + SENDER_PREFIX + 1, secret, SENDER_SECRET);
    out->key[SENDER_KEY] = '\0';
    explicit_bzero(bytes, sizeof bytes);
    explicit_bzero(secret, sizeof secret);
    return true;
}

/* ---------------------------------------------------------------- lines */

/* Offset of the start of line `line` (from 1); the text's size behind its last line. */
static size_t line_start(struct span text, uint32_t line)
{
    size_t at = 0;
    for (uint32_t i = 1; i < line && at < text.size; i++) {
        const char *end = memchr(text.data + at, '\n', text.size - at);
        at = end != NULL ? (size_t)(end - text.data) + 1 : text.size;
    }
    return at;
}

/* The last line that any scalar of the node begins on. */
static uint32_t last_line(const struct yaml_node *node)
{
    uint32_t last = node->line;
    for (size_t i = 0; node->kind != YAML_SCALAR && i < node->count; i++) {
        uint32_t line = last_line(node->kind == YAML_MAP ? node->pairs[i].value : node->items[i]);
        if (line > last) last = line;
    }
    return last;
}

/* Whether the item stands in lines of its own behind a dash; *indent is the dash's. */
static bool block_item(struct span text, const struct yaml_node *item, size_t *indent)
{
    size_t at = line_start(text, item->line);
    for (*indent = 0; at < text.size && text.data[at] == ' '; at++) ++*indent;
    return at < text.size && text.data[at] == '-';
}

static void append_lines(struct buffer *out, struct span text, size_t from, size_t to)
{
    buffer_append(out, text.data + from, to - from);
    if (out->size > 0 && out->data[out->size - 1] != '\n') buffer_append_char(out, '\n');
}

/* ---------------------------------------------------------------- what is written */

static void write_quoted(struct buffer *out, struct span text)
{
    struct json_writer writer;
    json_writer_init(&writer, out, 0);
    json_text(&writer, text);
}

static void write_list(struct buffer *out, const struct span *items, size_t count)
{
    buffer_append_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0) buffer_append_text(out, ", ");
        write_quoted(out, items[i]);
    }
    buffer_append_text(out, "]\n");
}

static void write_key(struct buffer *out, size_t indent, const struct sender_secret *secret, struct span created)
{
    int in = (int)indent;
    buffer_printf(out, "%*s- prefix: \"%s\"\n", in, "", secret->prefix);
    buffer_printf(out, "%*s  sha256: \"%s\"\n", in, "", secret->hash);
    buffer_printf(out, "%*s  created: \"%.*s\"\n", in, "", SPAN_ARGS(created));
}

static void write_sender(struct buffer *out, size_t indent, const struct sender *sender, const struct sender_secret *secret,
                         struct span created)
{
    int in = (int)indent;
    buffer_printf(out, "%*s- name: ", in, "");
    write_quoted(out, sender->name);
    buffer_printf(out, "\n%*s  kind: %s\n%*s  events: ", in, "", sender_kind_word(sender->kind), in, "");
    if (sender->all_events)
        buffer_append_text(out, "all\n");
    else
        write_list(out, sender->events, sender->event_count);
    buffer_printf(out, "%*s  receipts: %s\n", in, "", sender->receipts ? "true" : "false");
    if (sender->origin_count > 0) {
        buffer_printf(out, "%*s  origins: ", in, "");
        write_list(out, sender->origins, sender->origin_count);
    }
    if (sender->undeclared != UNDECLARED_UNSTATED)
        buffer_printf(out, "%*s  undeclared_events: %s\n", in, "", undeclared_events_word(sender->undeclared));
    buffer_printf(out, "%*s  keys:\n", in, "");
    write_key(out, indent + 4, secret, created);
}

/* ---------------------------------------------------------------- edits on a tree */

struct edit {
    struct span text;
    const struct yaml_node *root;
    const struct yaml_node *list; /* of senders */
    struct buffer *out;
};

static const struct yaml_node *find_sender(const struct yaml_node *list, struct span name)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *found = yaml_get(list->items[i], "name");
        if (found != NULL && span_equal(found->text, name)) return list->items[i];
    }
    return NULL;
}

/* A list without items is rewritten from its key on; what stands below it can only be comments. */
static const char *add_first(struct edit *edit, const struct sender *sender, const struct sender_secret *secret,
                             struct span created)
{
    const struct yaml_pair *pair = yaml_pair(edit->root, SPAN("senders"));
    size_t start = line_start(edit->text, pair->key->line);
    append_lines(edit->out, edit->text, 0, start);
    buffer_append_text(edit->out, "senders:\n");
    write_sender(edit->out, 2, sender, secret, created);
    append_lines(edit->out, edit->text, line_start(edit->text, pair->key->line + 1), edit->text.size);
    return NULL;
}

static const char *add_sender(struct edit *edit, const struct sender *sender, const struct sender_secret *secret,
                              struct span created)
{
    if (edit->list->count == 0) return add_first(edit, sender, secret, created);
    size_t indent, end = line_start(edit->text, last_line(edit->list->items[edit->list->count - 1]) + 1);
    if (!block_item(edit->text, edit->list->items[0], &indent)) return STYLE;
    append_lines(edit->out, edit->text, 0, end);
    write_sender(edit->out, indent, sender, secret, created);
    append_lines(edit->out, edit->text, end, edit->text.size);
    return NULL;
}

static const char *add_key(struct edit *edit, const struct yaml_node *item, const struct sender_secret *secret,
                           struct span created)
{
    const struct yaml_pair *pair = yaml_pair(item, SPAN("keys"));
    size_t indent;
    if (!block_item(edit->text, item, &indent)) return STYLE;
    uint32_t behind = pair != NULL ? last_line(pair->value) : last_line(item);
    if (pair != NULL && pair->value->count == 0) behind = pair->key->line;
    if (pair != NULL && pair->value->count > 0 && !block_item(edit->text, pair->value->items[0], &indent)) return STYLE;
    if (pair == NULL || pair->value->count == 0) indent += 4;
    size_t end = line_start(edit->text, behind + 1);
    append_lines(edit->out, edit->text, 0, end);
    if (pair == NULL) buffer_printf(edit->out, "%*skeys:\n", (int)indent - 2, "");
    write_key(edit->out, indent, secret, created);
    append_lines(edit->out, edit->text, end, edit->text.size);
    return NULL;
}

static const char *drop_item(struct edit *edit, const struct yaml_node *item)
{
    size_t indent;
    if (!block_item(edit->text, item, &indent)) return STYLE;
    append_lines(edit->out, edit->text, 0, line_start(edit->text, item->line));
    size_t rest = line_start(edit->text, last_line(item) + 1);
    append_lines(edit->out, edit->text, rest, edit->text.size);
    return NULL;
}

static const struct yaml_node *find_key(const struct yaml_node *list, struct span prefix)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct yaml_node *keys = yaml_get(list->items[i], "keys");
        for (size_t j = 0; keys != NULL && keys->kind == YAML_SEQUENCE && j < keys->count; j++) {
            const struct yaml_node *found = yaml_get(keys->items[j], "prefix");
            if (found != NULL && span_equal(found->text, prefix)) return keys->items[j];
        }
    }
    return NULL;
}

/* ---------------------------------------------------------------- proof */

/* How much a file holds, for comparison before and after; false when it cannot be read. */
static bool count_keys(struct span text, size_t *senders_count, size_t *keys)
{
    struct config_errors errors;
    struct senders *senders = senders_parse(text, "senders", &errors);
    config_errors_deinit(&errors);
    if (senders == NULL) return false;
    *senders_count = senders->count;
    *keys = senders->entry_count;
    senders_destroy(senders);
    return true;
}

static bool begin(struct edit *edit, struct span text, struct arena *arena, struct buffer *out)
{
    struct yaml_error error;
    *edit = (struct edit){text, yaml_parse(text, arena, &error), NULL, out};
    edit->list = yaml_get(edit->root, "senders");
    return edit->list != NULL;
}

static bool is_there(struct span text, struct span name, struct span prefix)
{
    struct config_errors errors;
    struct senders *senders = senders_parse(text, "senders", &errors);
    config_errors_deinit(&errors);
    const struct sender *sender = senders != NULL ? senders_by_name(senders, name) : NULL;
    bool found = false;
    for (size_t i = 0; sender != NULL && i < sender->key_count; i++) found = found || span_equal(sender->keys[i].prefix, prefix);
    senders_destroy(senders);
    return found;
}

const char *senders_edit_add(struct span text, const struct sender *sender, const struct sender_secret *secret,
                             struct span created, struct buffer *out)
{
    size_t senders_before = 0, keys_before = 0, senders_after, keys_after;
    const char *error = NULL;
    bool known = false;
    if (text.size == 0) {
        buffer_append_text(out, "# Who may send. Made by `headgate senders`; only hashes of the keys stand here.\nsenders:\n");
        write_sender(out, 2, sender, secret, created);
    } else {
        struct arena *arena = arena_create(16 * 1024 * 1024);
        struct edit edit;
        if (arena == NULL) return "out of memory";
        if (!count_keys(text, &senders_before, &keys_before) || !begin(&edit, text, arena, out)) {
            arena_destroy(arena);
            return "the file has errors; mend them first";
        }
        const struct yaml_node *item = find_sender(edit.list, sender->name);
        known = item != NULL;
        error = known ? add_key(&edit, item, secret, created) : add_sender(&edit, sender, secret, created);
        arena_destroy(arena);
    }
    if (error != NULL) return error;
    if (!buffer_ok(out)) return "out of memory";
    if (!count_keys(buffer_span(out), &senders_after, &keys_after)) return STYLE;
    bool proved = senders_after == senders_before + !known && keys_after == keys_before + 1;
    return proved && is_there(buffer_span(out), sender->name, span_of(secret->prefix)) ? NULL : STYLE;
}

const char *senders_edit_revoke(struct span text, struct span name_or_prefix, struct buffer *out)
{
    size_t senders_before, keys_before, senders_after, keys_after;
    struct arena *arena = arena_create(16 * 1024 * 1024);
    struct edit edit;
    if (arena == NULL) return "out of memory";
    const char *error = "the file has errors; mend them first";
    bool whole = false;
    if (count_keys(text, &senders_before, &keys_before) && begin(&edit, text, arena, out)) {
        const struct yaml_node *item = find_sender(edit.list, name_or_prefix);
        whole = item != NULL;
        if (!whole) item = find_key(edit.list, name_or_prefix);
        error = item != NULL ? drop_item(&edit, item) : "there is no sender of this name and no key of this prefix";
    }
    arena_destroy(arena);
    if (error != NULL) return error;
    if (!buffer_ok(out)) return "out of memory";
    if (!count_keys(buffer_span(out), &senders_after, &keys_after)) return STYLE;
    if (senders_after != senders_before - whole) return STYLE;
    return whole || keys_after == keys_before - 1 ? NULL : STYLE;
}
