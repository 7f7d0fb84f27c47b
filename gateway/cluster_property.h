/* cluster_property.h - which librdkafka settings a cluster's `properties` may hold.
 *
 * An allow-list: how to reach and trust the brokers is the operator's; what delivery promises rest on is not. */
#ifndef HEADGATE_GATEWAY_CLUSTER_PROPERTY_H
#define HEADGATE_GATEWAY_CLUSTER_PROPERTY_H

#include "codecs/attributes.h"
#include "codecs/span.h"

struct property_rule {
    const char *name; /* a trailing '*' stands for any rest */
    bool secret;
    const char *refusal; /* why it cannot be set; NULL = it can */
};

/* The rule for a setting; NULL when librdkafka's setting is neither allowed nor known to be fixed. */
const struct property_rule *cluster_property_rule(struct span name) MUST_CHECK;

/* The nearest name that can be set; NULL when none is near. */
const char *cluster_property_nearest(struct span name);

#endif
