/* quality_json.h - the quality rules that an event does not keep, as receipts and `headgate try` show them. */
#ifndef HEADGATE_GATEWAY_INGEST_QUALITY_JSON_H
#define HEADGATE_GATEWAY_INGEST_QUALITY_JSON_H

#include "codecs/json_writer.h"
#include "contracts/enforce.h"

/* A member `quality`: rule, severity, field, and how many values of how many. Nothing when all rules are kept. Rules with a
 * window are listed too: their values count. */
void quality_json(struct json_writer *json, const struct judgement *judgement);

#endif
