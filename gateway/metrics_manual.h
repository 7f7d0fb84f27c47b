/* metrics_manual.h - the manual's page of metrics. */
#ifndef HEADGATE_GATEWAY_METRICS_MANUAL_H
#define HEADGATE_GATEWAY_METRICS_MANUAL_H

#include "codecs/buffer.h"

/* docs/metrics.md is this text. */
void metrics_manual(struct buffer *out);

#endif
