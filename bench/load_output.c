#include "bench/load_output.h"

#include "bench/load_page.h"

#include <errno.h>
#include <stdio.h>

static bool is_stdout(const char *name)
{
    return name != NULL && strcmp(name, "-") == 0;
}

static bool can_write(const char *name)
{
    if (name == NULL || is_stdout(name)) return true;
    FILE *file = fopen(name, "ae");
    if (file != NULL && fclose(file) == 0) return true;
    fprintf(stderr, "headgate-bench: %s: %s\n", name, strerror(errno));
    return false;
}

bool load_output_possible(const struct load_options *options)
{
    return can_write(options->json) && can_write(options->csv) && can_write(options->html);
}

static bool write_to(const char *name, const struct buffer *text)
{
    errno = ENOMEM; /* what a buffer that is not whole lacked */
    FILE *file = !buffer_ok(text) ? NULL : is_stdout(name) ? stdout : fopen(name, "we");
    bool fine = file != NULL && fwrite(text->data, 1, text->size, file) == text->size;
    if (file != NULL) fine &= (file == stdout ? fflush(file) : fclose(file)) == 0;
    if (!fine) fprintf(stderr, "headgate-bench: %s: %s\n", is_stdout(name) ? "standard output" : name, strerror(errno));
    return fine;
}

static void series_as_csv(const struct load_report *report, struct buffer *out)
{
    load_series_csv(report->series, out);
}

bool load_output_write(const struct load_report *report)
{
    const struct load_options *options = report->options;
    const bool taken = is_stdout(options->json) || is_stdout(options->csv) || is_stdout(options->html);
    const struct output {
        const char *name;
        void (*make)(const struct load_report *report, struct buffer *out);
    } outputs[] = {{taken ? NULL : "-", load_report_text},
                   {options->json, load_report_json},
                   {options->csv, series_as_csv},
                   {options->html, load_report_page}};
    bool fine = true;
    for (size_t i = 0; i < COUNT_OF(outputs); i++) {
        struct buffer text = BUFFER_EMPTY;
        if (outputs[i].name == NULL) continue;
        outputs[i].make(report, &text);
        fine &= write_to(outputs[i].name, &text);
        buffer_deinit(&text);
    }
    return fine;
}
