/* tail.c - `headgate tail TOPIC...`: records as they come, decoded, from any cluster.
 *
 *     tail_source (librdkafka, no group) -> tail_print -> standard output
 *                                             |
 *                                        tail_schemas: contracts and their lock, then a registry */
#include "codecs/timestamp.h"
#include "contracts/lock.h"
#include "contracts/secret_file.h"
#include "gateway/clock.h"
#include "gateway/commands/commands.h"
#include "gateway/commands/contracts.h"
#include "gateway/commands/tail_print.h"
#include "gateway/commands/tail_source.h"
#include "gateway/kafka/cluster.h"
#include "gateway/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { CATALOGUE_MEMORY = 256 << 20, REFRESH_MS = 1000, IDLE_MS = 100, OUT_MAX = 256 * 1024 };

struct request {
    bool json, no_follow;
    const char *config, *kafka, *cluster, *from, *count, *registry, *contracts, *keys;
    struct keyring *keyring; /* NULL: encrypted fields are shown as they are */
    int64_t offset;
    int64_t limit; /* records; INT64_MAX: for ever */
};

static void tell(const char *sentence)
{
    fprintf(stderr, "headgate tail: %s\n", sentence);
}

static int64_t now_ms(void)
{
    return clock_monotonic() / 1000;
}

/* ---------------------------------------------------------------- what is asked for */

static bool whole_number(const char *text, int64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoll(text, &end, 10);
    return errno == 0 && *end == '\0' && end > text && *text >= '0' && *text <= '9' && *value <= INT32_MAX;
}

static bool read_from(const char *text, int64_t *offset)
{
    int64_t back;
    if (strcmp(text, "beginning") == 0) {
        *offset = RD_KAFKA_OFFSET_BEGINNING;
    } else if (strcmp(text, "end") == 0) {
        *offset = RD_KAFKA_OFFSET_END;
    } else if (*text == '-' && whole_number(text + 1, &back) && back > 0) {
        *offset = RD_KAFKA_OFFSET_TAIL(back);
    } else {
        return false;
    }
    return true;
}

/* The cluster that --kafka, --cluster or the configuration means; NULL when there is none of that name. */
static const struct cluster *choose_cluster(const struct request *request, const struct config *config, struct cluster *stated)
{
    *stated = (struct cluster){.name = "kafka", .bootstrap = request->kafka};
    if (request->kafka != NULL) return stated;
    for (size_t i = 0; i < config->cluster_count; i++) {
        const struct cluster *cluster = &config->clusters[i];
        if (request->cluster == NULL ? cluster->bootstrap != NULL : strcmp(cluster->name, request->cluster) == 0) return cluster;
    }
    stated->bootstrap = "127.0.0.1:9092";
    return request->cluster == NULL ? stated : NULL;
}

/* ---------------------------------------------------------------- keys */

static bool open_keys(struct request *request, int *code)
{
    struct buffer text = BUFFER_EMPTY;
    unsigned line = 0;
    if (request->keys == NULL) return true;
    const char *error = secret_file_read(request->keys, SECRET_PRIVATE, &text);
    if (error == NULL) request->keyring = keyring_parse_any(buffer_span(&text), &error, &line);
    secret_wipe(&text);
    buffer_deinit(&text);
    if (request->keyring == NULL && line > 0) *code = command_could_not(&command_tail, "%s:%u: %s", request->keys, line, error);
    if (request->keyring == NULL && line == 0) *code = command_could_not(&command_tail, "%s: %s", request->keys, error);
    return request->keyring != NULL;
}

/* ---------------------------------------------------------------- schemas */

/* The lock alone: what records were written with, whatever state the contracts are in. */
static bool add_lock(struct tail_schemas *schemas, const char *dir)
{
    struct diagnostics diagnostics;
    struct catalogue catalogue = {.arena = arena_create(CATALOGUE_MEMORY)};
    if (catalogue.arena == NULL) return false;
    diagnostics_init(&diagnostics, catalogue.arena);
    bool added = !lock_read(dir, &catalogue, &diagnostics) || tail_schemas_add(schemas, &catalogue);
    diagnostics_deinit(&diagnostics);
    arena_destroy(catalogue.arena);
    return added;
}

/* Where no contracts are at hand the registry knows; contracts that are there and broken are worth a word. */
static bool add_contracts(struct tail_schemas *schemas, const struct contracts *contracts)
{
    if (contracts->catalogue != NULL) return tail_schemas_add(schemas, contracts->catalogue);
    if (access(contracts->dir, F_OK) != 0) return true;
    tell("the contracts have errors (`headgate check` lists them); using schemas.lock and the registry");
    return add_lock(schemas, contracts->dir);
}

static struct tail_schemas *open_schemas(const struct request *request, const struct contracts *contracts, struct buffer *url)
{
    buffer_printf(url, "http://%s:%u", contracts->config->schemas.host, contracts->config->schemas.port);
    if (request->registry != NULL) {
        buffer_clear(url);
        buffer_append_text(url, request->registry);
        while (url->size > 0 && url->data[url->size - 1] == '/') url->data[--url->size] = '\0';
    }
    struct tail_schemas *schemas = buffer_ok(url) ? tail_schemas_create(url->data) : NULL;
    if (schemas != NULL && add_contracts(schemas, contracts)) return schemas;
    tail_schemas_destroy(schemas);
    return NULL;
}

/* ---------------------------------------------------------------- the loop */

/* Signals are blocked before librdkafka makes its threads, and asked for here: nothing runs inside a handler. */
static void block_signals(sigset_t *signals)
{
    sigemptyset(signals);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

static bool told_to_stop(const sigset_t *signals)
{
    static const struct timespec at_once = {0, 0};
    return sigtimedwait(signals, NULL, &at_once) > 0;
}

/* Shows what is there and waits a little when there is nothing. False when standard output is gone. */
static bool turn(struct tail_source *source, const struct tail_format *format, struct tail_schemas *schemas, struct buffer *out,
                 int64_t *left)
{
    rd_kafka_message_t *message = tail_source_next(source, out->size > 0 ? 0 : IDLE_MS);
    if (message != NULL) {
        tail_print(message, format, schemas, now_ms(), out);
        rd_kafka_message_destroy(message);
        (*left)--;
    }
    bool due = message == NULL || *left == 0 || out->size > OUT_MAX;
    return !due || out->size == 0 || command_flush(out);
}

static int follow(struct tail_source *source, const struct request *request, struct tail_schemas *schemas,
                  const sigset_t *signals)
{
    struct tail_format format = {.json = request->json, .colour = terminal_has_colour(stdout), .keyring = request->keyring};
    struct buffer out = BUFFER_EMPTY;
    int64_t left = request->limit, next_refresh = 0;
    bool fine = true;
    while (fine && left > 0 && !told_to_stop(signals)) {
        if (tail_source_waits(source) && now_ms() >= next_refresh) {
            tail_source_refresh(source, REFRESH_MS);
            next_refresh = now_ms() + REFRESH_MS;
        }
        fine = turn(source, &format, schemas, &out, &left);
        if (request->no_follow && out.size == 0 && tail_source_at_end(source)) break;
    }
    bool unread = request->no_follow && tail_source_waits(source);
    buffer_deinit(&out);
    return fine && !unread ? EXIT_FINE : EXIT_COULD_NOT;
}

static int tail(const struct request *request, const struct contracts *contracts, char **topics, int topic_count)
{
    char problem[512];
    sigset_t signals;
    struct cluster stated;
    struct buffer url = BUFFER_EMPTY;
    const struct cluster *cluster = choose_cluster(request, contracts->config, &stated);
    if (cluster == NULL) return command_usage_error(&command_tail, "there is no cluster named %s", request->cluster);
    if (cluster->bootstrap == NULL)
        return command_usage_error(&command_tail, "the in-process cluster has no fixed address: say --kafka with the one that "
                                                  "`headgate serve` printed");
    struct tail_options options = {.cluster = cluster,
                                   .bootstrap = cluster->bootstrap,
                                   .topics = topics,
                                   .topic_count = (size_t)topic_count,
                                   .from = request->offset,
                                   .tell = tell};
    block_signals(&signals);
    struct tail_schemas *schemas = open_schemas(request, contracts, &url);
    struct tail_source *source = tail_source_create(&options, problem, sizeof problem);
    int code = EXIT_COULD_NOT;
    if (schemas == NULL) {
        command_could_not(&command_tail, "out of memory");
    } else if (source == NULL) {
        command_could_not(&command_tail, "%s", problem);
    } else {
        code = follow(source, request, schemas, &signals);
    }
    tail_source_destroy(source);
    tail_schemas_destroy(schemas);
    buffer_deinit(&url);
    return code;
}

static int run(int argc, char **argv)
{
    struct request request = {.from = "-10", .limit = INT64_MAX};
    const struct flag flags[] = {
        {"kafka", FLAG_TEXT, "BOOTSTRAP", "brokers to ask; else those of the configuration", NULL, &request.kafka},
        {"config", FLAG_TEXT, "FILE", "configuration with clusters (HEADGATE_CONFIG)", NULL, &request.config},
        {"cluster", FLAG_TEXT, "NAME", "which of its clusters; the first unless stated", NULL, &request.cluster},
        {"from", FLAG_TEXT, "beginning|end|-N", "where to start in each partition (-10)", NULL, &request.from},
        {"count", FLAG_TEXT, "N", "end after this many records", NULL, &request.count},
        {"no-follow", FLAG_SWITCH, NULL, "end when all that is there was shown", &request.no_follow, NULL},
        {"json", FLAG_SWITCH, NULL, "one JSON object a line", &request.json, NULL},
        {"registry", FLAG_TEXT, "URL", "schema registry; else the gateway's", NULL, &request.registry},
        {"keys", FLAG_TEXT, "FILE", "keys that open encrypted fields: a reader's file, or the gateway's", NULL, &request.keys},
        {"contracts", FLAG_TEXT, "DIR", "contracts to decode with (HEADGATE_CONTRACTS)", NULL, &request.contracts},
    };
    int topics, code;
    if (!command_flags(&command_tail, flags, COUNT_OF(flags), argc, argv, &topics, &code)) return code;
    if (topics == 0) return command_usage_error(&command_tail, "at least one topic is expected");
    if (!read_from(request.from, &request.offset))
        return command_usage_error(&command_tail, "--from is beginning, end or -N, not %s", request.from);
    if (request.count != NULL && (!whole_number(request.count, &request.limit) || request.limit == 0))
        return command_usage_error(&command_tail, "--count is a number from 1, not %s", request.count);
    if (!open_keys(&request, &code)) return code;
    struct contracts contracts;
    bool go_on = contracts_open(&contracts, &command_tail, request.config, request.contracts, false, &code);
    if (go_on) code = tail(&request, &contracts, argv + 1, topics);
    contracts_close(&contracts);
    keyring_destroy(request.keyring);
    return code;
}

const struct command command_tail = {
    .name = "tail",
    .summary = "Show the records of topics, decoded, with their headers",
    .usage = "tail TOPIC... [--kafka BOOTSTRAP] [--from beginning|end|-N] [--count N] [--no-follow] [--keys FILE] [--json]",
    .details =
        "Reads all partitions without a consumer group: nobody else is disturbed, nothing is committed. A topic that does not\n"
        "exist yet is waited for. Schemas are looked up by the id in each record: in the contracts and their schemas.lock, then\n"
        "in a registry (the gateway's own unless --registry says another).\n"
        "Fields that a use encrypts are shown as they are, or opened with --keys: `headgate keys export` makes a file that "
        "reads\n"
        "one use. What it does not open is shown with its key's id and the reason.\n"
        "The records are shown as they are: they may hold personal data.",
    .run = run,
};
