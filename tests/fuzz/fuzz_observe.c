/* fuzz_observe.c - undeclared events, one a line, observed until their names may be shown.
 *
 * Properties: no input crashes; below the threshold no name shows; the page is JSON of plain ASCII, so nothing but names of the
 * allowed shape is in it, and drafting takes it for a page. */
#include "codecs/json.h"
#include "contracts/infer.h"
#include "gateway/observe/observer.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LINES_MAX = 20, TOKENS = 20000, DEPTH = 64 };

static void require(bool truth)
{
    if (!truth) abort();
}

static bool is_json(struct span text)
{
    struct json_cursor cursor;
    json_begin(&cursor, text, DEPTH, TOKENS);
    return json_skip(&cursor) && json_finish(&cursor);
}

/* Every line that is JSON; how many there were. */
static unsigned observe(struct observer *observer, struct span lines)
{
    unsigned count = 0;
    while (lines.size > 0 && count < LINES_MAX) {
        const char *end = memchr(lines.data, '\n', lines.size);
        struct span line = {lines.data, end != NULL ? (size_t)(end - lines.data) : lines.size};
        size_t used = line.size + (end != NULL);
        lines = (struct span){lines.data + used, lines.size - used};
        if (!is_json(line)) continue;
        observer_see(observer, SPAN("fuzz"), line);
        count++;
    }
    return count;
}

static bool write_page(struct observer *observer, struct buffer *out)
{
    struct json_writer json;
    json_writer_init(&json, out, 0);
    json_object_begin(&json);
    bool shown = observer_write_type(observer, SPAN("fuzz"), &json);
    json_object_end(&json);
    require(buffer_ok(out) && buffer_reserve(out, JSON_PADDING) != NULL);
    return shown;
}

static void draft_from(struct span page)
{
    struct infer_fault fault = {"", 0};
    struct draft_model draft = {.name = SPAN("fuzz")};
    struct arena *arena = arena_create(64 << 20);
    struct buffer text = BUFFER_EMPTY;
    require(arena != NULL);
    if (infer_observed(page, &draft, arena, &fault)) {
        require(draft_guess(&draft, arena));
        draft_write_model(&draft, &text);
        require(buffer_ok(&text));
    } else {
        require(strstr(fault.message, "page") == NULL && strstr(fault.message, "JSON (") == NULL);
    }
    buffer_deinit(&text);
    arena_destroy(arena);
}

static void check_page(struct span page)
{
    struct json_cursor cursor;
    json_begin(&cursor, page, DEPTH, UINT32_MAX);
    require(json_skip(&cursor) && json_finish(&cursor));
    for (size_t i = 0; i < page.size; i++) require(page.data[i] >= ' ' && page.data[i] <= '~' && page.data[i] != '\\');
    draft_from(page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 16384) return 0;
    char *padded = calloc(1, size + JSON_PADDING);
    struct observer *observer = observer_create();
    struct buffer page = BUFFER_EMPTY;
    require(padded != NULL && observer != NULL);
    if (size > 0) memcpy(padded, data, size);
    unsigned lines = observe(observer, (struct span){padded, size}), seen = lines;
    require(!write_page(observer, &page) && page.size == 2);
    while (lines > 0 && seen < 2 * OBSERVER_THRESHOLD) seen += observe(observer, (struct span){padded, size});
    buffer_clear(&page);
    require(write_page(observer, &page) == (seen >= OBSERVER_THRESHOLD));
    if (seen > 0) check_page(buffer_span(&page));
    observer_drop(observer, SPAN("fuzz"));
    require(observer_types(observer) == 0);
    buffer_deinit(&page);
    observer_destroy(observer);
    free(padded);
    return 0;
}
