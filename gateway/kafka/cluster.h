/* cluster.h - which cluster a use's records go to, and how librdkafka is told about one. */
#ifndef HEADGATE_GATEWAY_KAFKA_CLUSTER_H
#define HEADGATE_GATEWAY_KAFKA_CLUSTER_H

#include "codecs/attributes.h"
#include "contracts/catalogue.h"
#include "gateway/config.h"

#include <librdkafka/rdkafka.h>

/* The first configured cluster that stands in one of the use's allowed regions and, where the use names servers, is one of
 * them. A cluster without a region (--kafka, --embedded) takes every use. -1: none, so the use is withheld (residency). */
int cluster_for_use(const struct config *config, const struct use *use) MUST_CHECK;

/* Where that cluster stands for this use: its region, or for one without a region the use's first allowed one; NULL data
 * where the use allows every region. */
struct span cluster_region(const struct cluster *cluster, const struct use *use);

/* The addresses to start from; `embedded_bootstrap` serves where the cluster is the in-process one. */
const char *cluster_bootstrap(const struct cluster *cluster, const char *embedded_bootstrap);

/* The largest record that we hand to librdkafka for this cluster: its property message.max.bytes, or 1,000,000. */
uint32_t cluster_record_max(const struct cluster *cluster);

/* The largest batch that librdkafka makes of several records: at most CLUSTER_BATCH_MAX, and no more than a record may be.
 * Topics whose max.message.bytes is smaller would refuse a batch of records of which each fits. */
enum { CLUSTER_BATCH_MAX = 1000000 };
uint32_t cluster_batch_max(const struct cluster *cluster);

/* A configuration with the cluster's addresses and properties, and what every client of ours has: its name, no automatic
 * creation of topics, quiet logs. NULL with *problem (constant or in `text`) when librdkafka refuses a property; a secret's
 * value is never quoted. */
rd_kafka_conf_t *cluster_conf(const struct cluster *cluster, const char *bootstrap, char *problem,
                              size_t problem_size) MUST_CHECK;

#endif
