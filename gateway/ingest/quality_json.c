#include "gateway/ingest/quality_json.h"

#include "contracts/quality.h"

static void write_tally(struct json_writer *json, const struct quality_tally *tally)
{
    const struct quality *quality = tally->quality;
    json_object_begin(json);
    json_member_text(json, "rule", quality->name);
    json_member_text(json, "metric", span_of(quality_metric_word(quality->metric)));
    json_member_text(json, "field", quality->field->path);
    json_member_text(json, "severity", span_of(quality_severity_word(quality->severity)));
    if (quality->windowed) json_member_bool(json, "windowed", true);
    json_member_int(json, "values", tally->rows);
    json_member_int(json, "broken", tally->broken);
    json_object_end(json);
}

void quality_json(struct json_writer *json, const struct judgement *judgement)
{
    bool open = false;
    for (uint32_t i = 0; i < judgement->tally_count; i++) {
        const struct quality *quality = judgement->tallies[i].quality;
        bool refuses = !quality->windowed && quality->severity == SEVERITY_ERROR; /* a violation says it */
        if (judgement->tallies[i].broken == 0 || refuses) continue;
        if (!open) {
            json_name(json, "quality");
            json_array_begin(json);
            open = true;
        }
        write_tally(json, &judgement->tallies[i]);
    }
    if (open) json_array_end(json);
}
