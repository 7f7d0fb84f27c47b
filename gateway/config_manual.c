/* config_manual.c - the option table as text: flags, sample file, manual. */
#include "gateway/config_print.h"
#include "gateway/config_read.h"

static void append_words(const struct option *option, const char *between, struct buffer *out)
{
    for (size_t i = 0; option->words[i] != NULL; i++) buffer_printf(out, "%s%s", i > 0 ? between : "", option->words[i]);
}

static void append_kind(const struct option *option, const char *between, struct buffer *out)
{
    if (option->type == OPTION_ENUM)
        append_words(option, between, out);
    else
        buffer_append_text(out, option_type_word(option));
}

/* Text broken at spaces, each line behind `indent` spaces. */
static void append_wrapped(const char *text, unsigned indent, unsigned width, struct buffer *out)
{
    unsigned room = width > indent + 30 ? width - indent : 30;
    while (*text != '\0') {
        size_t size = strlen(text), taken = size;
        if (size > room) {
            const char *space = memrchr(text, ' ', room + 1);
            taken = space != NULL && space > text ? (size_t)(space - text) : room;
        }
        buffer_printf(out, "%*s%.*s\n", (int)indent, "", (int)taken, text);
        text += taken;
        while (*text == ' ') text++;
    }
}

void config_help(unsigned width, struct buffer *out)
{
    size_t count;
    const struct option *options = option_table(&count);
    buffer_append_text(out, "  --config FILE\n");
    append_wrapped("Read this configuration file (HEADGATE_CONFIG)", 6, width, out);
    for (size_t i = 0; i < count; i++) {
        const struct option *option = &options[i];
        buffer_append_text(out, "  ");
        if (option->alias != NULL) buffer_printf(out, "--%s, ", option->alias);
        buffer_printf(out, "--%s", option->name);
        if (option->type != OPTION_BOOL) {
            buffer_append_char(out, ' ');
            append_kind(option, "|", out);
        }
        if (option->fallback != NULL) buffer_printf(out, "  (%s)", option->fallback);
        buffer_append_char(out, '\n');
        append_wrapped(option->help, 6, width, out);
    }
}

void config_sample(struct buffer *out)
{
    size_t count;
    const struct option *options = option_table(&count);
    const char *group = "";
    buffer_append_text(out, "# headgate's configuration: every option with its default. Take the # away from what you change.\n"
                            "# Paths are relative to this file's folder. Flags and HEADGATE_... variables win over it.\n");
    for (size_t i = 0; i < count; i++) {
        const struct option *option = &options[i];
        const char *dot = strchr(option->name, '.');
        size_t size = dot != NULL ? (size_t)(dot - option->name) + 1 : 0;
        buffer_append_char(out, '\n');
        buffer_printf(out, "# %s\n", option->help);
        if (size > 0 && strncmp(group, option->name, size) != 0) buffer_printf(out, "#%.*s:\n", (int)size - 1, option->name);
        group = option->name;
        const char *fallback = option->fallback != NULL ? option->fallback : option->type == OPTION_CLUSTERS ? "{}" : "";
        bool quoted = option->type == OPTION_TEMPLATE || option->type == OPTION_LISTEN;
        buffer_printf(out, "#%s%s:%s%s%s%s\n", size > 0 ? "  " : "", option->name + size, *fallback != '\0' ? " " : "",
                      quoted ? "'" : "", fallback, quoted ? "'" : "");
    }
}

static void append_range(const struct option *option, struct buffer *out)
{
    switch (option->type) {
    case OPTION_COUNT: buffer_printf(out, " %lld to %lld", (long long)option->minimum, (long long)option->maximum); break;
    case OPTION_BYTES:
        buffer_append_char(out, ' ');
        config_bytes_print((uint64_t)option->minimum, out);
        buffer_append_text(out, " to ");
        config_bytes_print((uint64_t)option->maximum, out);
        break;
    case OPTION_DURATION:
        buffer_append_char(out, ' ');
        config_duration_print(option->minimum, out);
        buffer_append_text(out, " to ");
        config_duration_print(option->maximum, out);
        break;
    default: break;
    }
    if (option->automatic) buffer_append_text(out, ", or auto");
}

static void manual_row(const struct option *option, struct buffer *out)
{
    buffer_printf(out, "| `%s` | `", option->name);
    option_variable(option, out);
    buffer_append_text(out, "` | ");
    if (option->alias != NULL) buffer_printf(out, "`--%s`", option->alias);
    buffer_append_text(out, " | ");
    append_kind(option, ", ", out);
    append_range(option, out);
    buffer_append_text(out, " | ");
    if (option->fallback != NULL) buffer_printf(out, "`%s`", option->fallback);
    buffer_printf(out, " | %s | %s |\n", option->reloadable ? "yes" : "no", option->help);
}

static const char introduction[] =
    "# Configuration\n"
    "\n"
    "This page is made from the option table (`headgate config --markdown`); a unit test compares the two.\n"
    "\n"
    "Every option can be given in four places; the first of these wins:\n"
    "\n"
    "1. a flag: `--ingest.listen 0.0.0.0:8080`, or `--ingest.listen=0.0.0.0:8080`; some have a shorter name\n"
    "2. an environment variable: `HEADGATE_INGEST_LISTEN`; for secret options also `HEADGATE_..._FILE`, the path of a file that "
    "holds the value\n"
    "3. the file of `--config FILE` or `HEADGATE_CONFIG`, in YAML: `ingest: {listen: '0.0.0.0:8080'}`\n"
    "4. the default\n"
    "\n"
    "`headgate config` prints what is in force and where each value came from, `headgate config --sample` a file to start from. "
    "Unknown keys are errors, with their position and the nearest known name. Paths of the file are relative to the file's "
    "folder, "
    "those of flags and variables to the working folder. In flags and variables a list is `EU,US` or `[EU, US]`, a map is YAML's "
    "flow form: `{kafka-eu: {region: EU, bootstrap: 'b1:9092'}}`.\n"
    "\n"
    "Durations are a number and a unit (`250ms 10s 5min 1h 30d 2w 6mo 1y`, or ISO 8601: `PT10S`); sizes are whole numbers with "
    "`B "
    "KB MB GB KiB MiB GiB`.\n"
    "\n"
    "| option | variable | short flag | value | default | reload | |\n"
    "|---|---|---|---|---|---|---|\n";

static const char conclusion[] =
    "\n"
    "## Clusters\n"
    "\n"
    "```yaml\n"
    "clusters:\n"
    "  kafka-eu:                       # = servers[].server in the contracts\n"
    "    region: EU                    # where it stands\n"
    "    bootstrap: 'b1.example:9093,b2.example:9093'\n"
    "    properties:\n"
    "      security.protocol: SASL_SSL\n"
    "      sasl.mechanism: SCRAM-SHA-512\n"
    "      sasl.username: headgate\n"
    "      sasl.password: '${file:./secrets/kafka}'\n"
    "```\n"
    "\n"
    "`properties` are librdkafka's settings for reaching and trusting the brokers: `security.protocol`, `sasl.*`, `ssl.*`, "
    "`client.*`, `socket.*`, `reconnect.*`, `compression.*`. What delivery rests on (acknowledgements, idempotence, retries, "
    "queues, partitioner) is fixed, and setting it is an error that says why. A value may hold `${file:PATH}`, the content of a "
    "file without its last line break, or `${env:NAME}`. Secrets are never printed or logged.\n"
    "\n"
    "`--kafka` and `--embedded` replace all configured clusters and make topics. Such a cluster stands, for each use, in the "
    "use's first allowed region.\n"
    "\n"
    "## Served by a later version\n"
    "\n"
    "These keys are known; stating one is an error that names the feature, so that nobody relies on what is not there.\n"
    "\n"
    "| key | feature |\n"
    "|---|---|\n";

void config_manual(struct buffer *out)
{
    size_t count;
    const struct option *options = option_table(&count);
    buffer_append_text(out, introduction);
    for (size_t i = 0; i < count; i++) manual_row(&options[i], out);
    buffer_append_text(out, conclusion);
    const struct later_option *later = later_option_table(&count);
    for (size_t i = 0; i < count; i++) buffer_printf(out, "| `%s` | %s |\n", later[i].name, later[i].feature);
    buffer_append_text(out, "| `contracts: kafka:TOPIC` | contracts from a Kafka topic; name a folder |\n");
}
