/* infer.h - the fields of an event from what there already is: events, a JSON Schema, an Avro schema.
 *
 * Nothing of an event's values gets into the draft but their kinds, lengths and digits, rounded up, and lists of values where a
 * field has only a few that came often. */
#ifndef HEADGATE_CONTRACTS_INFER_H
#define HEADGATE_CONTRACTS_INFER_H

#include "contracts/draft.h"

struct infer_fault {
    const char *message; /* a constant sentence */
    size_t line;         /* from 1; 0 = the whole */
};

/* Fills model->root and model->source (and event, doc, reject_undeclared where the source says them and they are not set) from
 * text with JSON_PADDING readable bytes behind it. False with *fault. */
bool infer_events(struct span text, struct draft_model *model, struct arena *arena, struct infer_fault *fault) MUST_CHECK;
bool infer_json_schema(struct span text, struct draft_model *model, struct arena *arena, struct infer_fault *fault) MUST_CHECK;
bool infer_avro(struct span text, struct draft_model *model, struct arena *arena, struct infer_fault *fault) MUST_CHECK;

/* From the page of an observed event type, which names the event too; source is set, nothing is left to prune. */
bool infer_observed(struct span text, struct draft_model *model, struct arena *arena, struct infer_fault *fault) MUST_CHECK;

/* By the file's name and content: .avsc is an Avro schema, a JSON object that says $schema, properties or the like a JSON Schema,
 * everything else events. The source names the file. */
bool infer_file(struct span path, struct span text, struct draft_model *model, struct arena *arena,
                struct infer_fault *fault) MUST_CHECK;

#endif
