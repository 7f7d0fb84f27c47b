#include "bench/load_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

bool load_wrong(const char *format, ...)
{
    va_list values;
    fputs("headgate-bench: ", stderr);
    va_start(values, format);
    vfprintf(stderr, format, values);
    va_end(values);
    fputs("\nheadgate-bench --help lists the flags\n", stderr);
    return false;
}

/* ---------------------------------------------------------------- headers */

/* Length and coding follow from the body. */
static const char *const own_headers[] = {"Content-Length", "Content-Encoding", "Transfer-Encoding"};

/* Printable, tabs included: nothing that would end the line. */
static bool printable(const char *text)
{
    for (; *text != '\0'; text++)
        if (((unsigned char)*text < ' ' && *text != '\t') || *text == 127) return false;
    return true;
}

bool load_check_names(const char *line, const char *name)
{
    size_t size = strlen(name);
    return strncasecmp(line, name, size) == 0 && line[size] == ':';
}

bool load_check_header(const char *line)
{
    size_t name = strcspn(line, ": \t");
    if (name == 0 || line[name] != ':' || !printable(line))
        return load_wrong("--header: 'Name: value' is expected, not %s", line);
    for (size_t i = 0; i < COUNT_OF(own_headers); i++)
        if (load_check_names(line, own_headers[i]))
            return load_wrong("--header: headgate-bench writes this one itself: %s", own_headers[i]);
    return true;
}

/* ---------------------------------------------------------------- the URL */
static bool read_port(struct span text, char *port, size_t size)
{
    unsigned long number = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] < '0' || text.data[i] > '9' || number > UINT16_MAX) return false;
        number = 10 * number + (unsigned long)(text.data[i] - '0');
    }
    if (number == 0 || number > UINT16_MAX) return false;
    snprintf(port, size, "%lu", number);
    return true;
}

/* What stands between scheme and path: host, host:port, [v6] or [v6]:port. */
static bool read_authority(struct span text, struct load_options *options)
{
    const char *end = text.data + text.size;
    bool v6 = text.size > 0 && *text.data == '[';
    const char *close = v6 ? memchr(text.data, ']', text.size) : NULL;
    if (v6 && close == NULL) return false;
    const char *from = v6 ? close + 1 : text.data, *colon = memchr(from, ':', (size_t)(end - from));
    const char *host_end = v6 ? close : colon != NULL ? colon : end;
    struct span host = {text.data + v6, (size_t)(host_end - text.data) - v6};
    if (host.size == 0 || host.size >= sizeof options->host || (v6 && from != end && colon != from)) return false;
    snprintf(options->host, sizeof options->host, "%.*s", SPAN_ARGS(host));
    snprintf(options->authority, sizeof options->authority, "%.*s", SPAN_ARGS(text));
    struct span port = colon != NULL ? (struct span){colon + 1, (size_t)(end - colon - 1)} : SPAN("80");
    return read_port(port, options->port, sizeof options->port);
}

static bool split_url(struct load_options *options)
{
    static const char scheme[] = "http://";
    if (options->url == NULL) return load_wrong("a URL is expected");
    if (strncmp(options->url, scheme, sizeof scheme - 1) != 0)
        return load_wrong("http://host:port/path is expected, not %s", options->url);
    const char *host = options->url + sizeof scheme - 1, *path = host + strcspn(host, "/?#");
    options->path = *path == '\0' ? "/" : path;
    bool fine = read_authority((struct span){host, (size_t)(path - host)}, options) && *options->path == '/' &&
                printable(options->path) && strpbrk(options->url, " \t#") == NULL;
    return fine || load_wrong("http://host:port/path is expected, not %s", options->url);
}

/* ---------------------------------------------------------------- the whole */
static bool check_events(const struct load_options *options)
{
    if ((options->payload == NULL) == (options->contracts == NULL))
        return load_wrong("--payload FILE or --contracts DIR is required%s", options->payload == NULL ? "" : ", not both");
    if (options->contracts != NULL && options->bad != NULL) return load_wrong("--contracts makes its own bad events");
    if (options->payload != NULL && (options->bad == NULL) != (options->bad_percent == 0))
        return load_wrong("--bad and --bad-percent go together");
    if (options->bad_percent + options->late_percent + options->duplicate_percent + options->undeclared_percent > 100)
        return load_wrong("the percentages are more than 100");
    if (options->ledger != NULL && (options->contracts != NULL || options->duplicate_percent > 0))
        return load_wrong("--ledger needs ids of its own: no --contracts, no --duplicate-percent");
    bool cloud = options->shape == LOAD_CLOUDEVENTS || options->shape == LOAD_BINARY;
    if (cloud != (options->type != NULL))
        return load_wrong("%s", cloud ? "CloudEvents need --type" : "--type goes with --shape cloudevents or binary");
    if (options->shape == LOAD_BINARY && options->batch > 1) return load_wrong("--shape binary carries one event");
    return true;
}

/* Where results go: one of them at most to standard output, and each to a file of its own. */
static bool check_files(const struct load_options *options)
{
    const char *const names[] = {options->json, options->csv, options->html};
    for (size_t i = 0; i < COUNT_OF(names); i++)
        for (size_t k = i + 1; k < COUNT_OF(names); k++)
            if (names[i] != NULL && names[k] != NULL && strcmp(names[i], names[k]) == 0)
                return load_wrong("--json, --csv and --html write to files of their own, not all to %s", names[i]);
    if (options->interval > 0 && options->json == NULL && options->csv == NULL && options->html == NULL)
        return load_wrong("--interval goes with --csv, --json or --html");
    return true;
}

bool load_check(struct load_options *options)
{
    if (!check_events(options) || !check_files(options) || !split_url(options)) return false;
    if (options->interval == 0) options->interval = options->duration < 20 ? options->duration / 20 : 1;
    if (options->interval < LOAD_INTERVAL_MIN) options->interval = LOAD_INTERVAL_MIN;
    return true;
}
