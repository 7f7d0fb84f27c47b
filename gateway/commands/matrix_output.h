/* matrix_output.h - the forms in which `headgate matrix` shows who gets what.
 *
 * All append to `out` and are pure: what they show follows from the report, so the same report gives the same bytes. False when
 * memory was out. */
#ifndef HEADGATE_GATEWAY_COMMANDS_MATRIX_OUTPUT_H
#define HEADGATE_GATEWAY_COMMANDS_MATRIX_OUTPUT_H

#include "codecs/attributes.h"
#include "codecs/buffer.h"
#include "codecs/json_writer.h"
#include "contracts/matrix.h"

struct matrix_report {
    const struct matrix *matrix;
    struct arena *arena;
    int64_t made;      /* us since the epoch: the date on it */
    const char *maker; /* "headgate 0.1.0" */
};

/* How a terminal is to be written for. */
struct matrix_look {
    bool colour;
    unsigned width; /* columns */
};

/* Tables of fields by uses, each as wide as fits, and what each use is for. */
bool matrix_text_write(const struct matrix_report *report, struct matrix_look look, struct buffer *out) MUST_CHECK;
bool matrix_json_write(const struct matrix_report *report, struct buffer *out) MUST_CHECK;

/* One self-contained page, to be filed or printed. */
bool matrix_html_write(const struct matrix_report *report, struct buffer *out) MUST_CHECK;

/* Art. 30(1) GDPR, one row per use that is not retired. What contracts do not say is an empty column for a person to fill in.
 * CSV as in RFC 4180; a text that a spreadsheet would take for a formula gets a ' before it. */
bool matrix_record_csv(const struct matrix_report *report, struct buffer *out) MUST_CHECK;
bool matrix_record_json(const struct matrix_report *report, struct buffer *out) MUST_CHECK;

/* Per event the fields that a sender may collect at all, and those that nobody claims. */
bool matrix_claims_text(const struct matrix_report *report, struct matrix_look look, struct buffer *out) MUST_CHECK;
bool matrix_claims_json(const struct matrix_report *report, struct buffer *out) MUST_CHECK;

/* The fields that `query` means (matrix_find), who has them, and whom to ask. */
bool matrix_search_text(const struct matrix_report *report, struct span query, struct matrix_look look,
                        struct buffer *out) MUST_CHECK;
bool matrix_search_json(const struct matrix_report *report, struct span query, struct buffer *out) MUST_CHECK;

/* ---- parts of the JSON forms */

/* Version and date of making. */
void matrix_json_head(const struct matrix_report *report, struct json_writer *json);

/* The array "uses" of a row: who gets the field, under which name, how treated, in which class. False when memory was out. */
bool matrix_json_cells(const struct matrix_report *report, const struct matrix_model *model, const struct matrix_row *row,
                       struct json_writer *json) MUST_CHECK;

#endif
