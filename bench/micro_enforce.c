/* micro_enforce.c - what judging and projecting one event costs, beside a parser that does neither.
 *
 * The same bytes, in one process, one after another in short rounds: what disturbs the machine disturbs all alike, and medians
 * are shown. The events differ in their digits, so that no branch predictor knows them by heart.
 *
 *     build/bench/micro_enforce [--json] [--rounds N] [--only SUBJECT]       in the root of the sources; of one subject as JSON
 *
 * Instructions, which no neighbour disturbs:
 *     valgrind --tool=callgrind --toggle-collect=enforce_event build/bench/micro_enforce --rounds 1 --only one_use_ns */
#include "bench/floor_simdjson.h"
#include "bench/micro_desk.h"
#include "codecs/buffer.h"
#include "codecs/json_writer.h"

#include <stdio.h>
#include <stdlib.h>

enum { EVENTS = 64, EVENT_ROOM = 1024, ROUNDS = 300, PASSES = 8, SUBJECTS = 5 };

static char events[EVENTS][EVENT_ROOM];

/* One thing that is timed: a catalogue's event judged for all its uses, or the floor. */
struct subject {
    const char *name;
    const char *folder; /* NULL: the floor */
    struct floor_simdjson *floor;
    struct desk desk;
    bool left_out;
    double ns[ROUNDS * 10];
    double median, least;
};

/* ---------------------------------------------------------------- events */

static void vary(char *event, const char *behind, unsigned skip, unsigned digits, unsigned value)
{
    char *at = strstr(event, behind);
    if (at == NULL) micro_die("the event lacks a member");
    at += strlen(behind) + skip;
    for (; digits > 0; digits--, value /= 10) at[digits - 1] = (char)('0' + value % 10);
}

static void make_events(void)
{
    static const char *const currencies[] = {"EUR", "USD", "GBP", "SEK"};
    for (unsigned i = 0; i < EVENTS; i++) {
        unsigned random = i * 2654435761U;
        memcpy(events[i], MICRO_EVENT, sizeof MICRO_EVENT);
        vary(events[i], "\"id\":\"", 0, 8, random);
        vary(events[i], "\"merchant_id\":\"mrc_", 0, 8, random >> 3);
        vary(events[i], "\"customer_id\":9", 0, 8, random >> 5);
        vary(events[i], "\"order_no\":\"ORD-2026-", 0, 7, random >> 7);
        vary(events[i], "\"amount\":1", 0, 3, random >> 9);
        vary(events[i], "\"last4\":\"", 0, 4, random >> 11);
        vary(events[i], "\"occurred_at\":\"2026-11-22T13:45:", 0, 2, random % 60);
        memcpy(strstr(events[i], "\"currency\":\"") + 12, currencies[random >> 13 & 3], 3);
    }
}

/* ---------------------------------------------------------------- subjects */

static void subject_open(struct subject *subject, const struct keyring *keyring)
{
    if (subject->folder != NULL)
        desk_open(&subject->desk, subject->folder, keyring);
    else
        subject->floor = floor_simdjson_create();
}

static void subject_close(struct subject *subject)
{
    if (subject->folder != NULL)
        desk_close(&subject->desk);
    else
        floor_simdjson_destroy(subject->floor);
}

static void judge(struct subject *subject, const char *event)
{
    struct judgement judgement;
    desk_judge(&subject->desk, event, &judgement);
    for (unsigned i = 0; i < judgement.outcome_count; i++)
        if (judgement.outcomes[i].record == NULL) micro_die("a use got no record");
}

static double time_round(struct subject *subject)
{
    double start = micro_cpu_ns();
    for (unsigned pass = 0; pass < PASSES; pass++) {
        for (unsigned i = 0; i < EVENTS; i++) {
            if (subject->folder != NULL)
                judge(subject, events[i]);
            else if (!floor_simdjson_parse(subject->floor, events[i], MICRO_EVENT_SIZE))
                micro_die("simdjson refuses the event");
        }
    }
    return (micro_cpu_ns() - start) / (PASSES * EVENTS);
}

/* ---------------------------------------------------------------- report */

static void print_table(const struct subject *subjects)
{
    double floor = subjects[0].median, one = subjects[1].median;
    double further = (subjects[2].median - one) / 3, hash = subjects[3].median - one, encryption = subjects[4].median - one;
    double least = subjects[1].least / subjects[0].least, least_further = (subjects[2].least - subjects[1].least) / 3;
    printf("CPU per event of %d bytes, medians\n\n", MICRO_EVENT_SIZE);
    printf("  %-34s %8.0f ns  %5.2fx\n", "simdjson, DOM parse alone", floor, 1.0);
    printf("  %-34s %8.0f ns  %5.2fx   (at most 1.5x)\n", "judged and projected for one use", one, one / floor);
    printf("  %-34s %8.0f ns %+5.2fx   (at most +0.2x)\n", "each further use", further, further / floor);
    printf("  %-34s %8.0f ns           (at most 250 ns)\n", "one field hashed", hash);
    printf("  %-34s %8.0f ns\n", "one field encrypted", encryption);
    printf("\nof the least of all rounds: one use %.2fx, each further use %+.2fx, one field hashed %.0f ns\n", least,
           least_further / subjects[0].least, subjects[3].least - subjects[1].least);
}

static void print_json(const struct subject *subjects)
{
    struct buffer out = BUFFER_EMPTY;
    struct json_writer json;
    json_writer_init(&json, &out, 2);
    json_object_begin(&json);
    json_member_int(&json, "bytes", MICRO_EVENT_SIZE);
    for (unsigned i = 0; i < SUBJECTS; i++)
        if (!subjects[i].left_out) json_member_int(&json, subjects[i].name, (int64_t)(subjects[i].median + 0.5));
    json_object_end(&json);
    printf("%.*s\n", SPAN_ARGS(buffer_span(&out)));
    buffer_deinit(&out);
}

static void measure(struct subject *subjects, int rounds)
{
    for (int round = -1; round < rounds; round++) {
        for (unsigned i = 0; i < SUBJECTS; i++) {
            if (subjects[i].left_out) continue;
            double ns = time_round(&subjects[i]);
            if (round >= 0) subjects[i].ns[round] = ns; /* the first is a warm-up */
        }
    }
    for (unsigned i = 0; i < SUBJECTS; i++) {
        micro_sort(subjects[i].ns, (size_t)rounds);
        subjects[i].median = subjects[i].ns[rounds / 2];
        subjects[i].least = subjects[i].ns[0];
        subject_close(&subjects[i]);
    }
}

struct arguments {
    const char *only; /* a subject's name; NULL = all */
    int rounds;
    bool json;
};

/* False when something is no argument of this program. */
static bool read_arguments(int argc, char **argv, struct arguments *arguments)
{
    *arguments = (struct arguments){.rounds = ROUNDS};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            arguments->json = true;
        else if (strcmp(argv[i], "--rounds") == 0 && i + 1 < argc)
            arguments->rounds = atoi(argv[++i]);
        else if (strcmp(argv[i], "--only") == 0 && i + 1 < argc)
            arguments->only = argv[++i];
        else
            return false;
    }
    return arguments->rounds >= 1 && arguments->rounds <= ROUNDS * 10;
}

int main(int argc, char **argv)
{
    static struct subject subjects[SUBJECTS] = {
        {.name = "simdjson_ns"},
        {.name = "one_use_ns", .folder = "bench/contracts"},
        {.name = "four_uses_ns", .folder = "bench/micro/four"},
        {.name = "hashed_ns", .folder = "bench/micro/hash"},
        {.name = "encrypted_ns", .folder = "bench/micro/encrypt"},
    };
    const uint8_t root[32] = {1};
    struct arguments arguments;
    bool sound = read_arguments(argc, argv, &arguments), known = arguments.only == NULL;
    for (unsigned i = 0; i < SUBJECTS; i++) {
        subjects[i].left_out = arguments.only != NULL && strcmp(arguments.only, subjects[i].name) != 0;
        known |= !subjects[i].left_out;
    }
    if (!sound || !known)
        micro_die("usage: micro_enforce [--json] [--rounds 1..3000]\n"
                  "                     [--only simdjson_ns|one_use_ns|four_uses_ns|hashed_ns|encrypted_ns]");
    struct keyring *keyring = keyring_create_fixed(root);
    if (keyring == NULL) micro_die("out of memory");
    make_events();
    for (unsigned i = 0; i < SUBJECTS; i++) subject_open(&subjects[i], keyring);
    measure(subjects, arguments.rounds);
    keyring_destroy(keyring);
    if (arguments.json || arguments.only != NULL)
        print_json(subjects);
    else
        print_table(subjects);
    return 0;
}
