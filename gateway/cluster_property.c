#include "gateway/cluster_property.h"

#include "gateway/nearest.h"

#include <stdint.h>

#define ORDER    "idempotence and order rest on it"
#define FOREVER  "a record once handed over is retried until it is acknowledged"
#define RESERVED "room is reserved by limits.memory; a second limit would break the reservation"
#define LINGER   "set linger.rt, linger.nrt or linger.batch instead"
#define CLUSTER  "set the cluster's bootstrap instead"
#define LOADED   "it would load code or run commands"

/* The first match counts, so names stand before the patterns that would take them in. */
static const struct property_rule rules[] = {
    {"security.protocol", false, NULL},
    {"sasl.mechanism", false, NULL},
    {"sasl.mechanisms", false, NULL},
    {"sasl.username", false, NULL},
    {"sasl.password", true, NULL},
    {"sasl.kerberos.service.name", false, NULL},
    {"sasl.kerberos.principal", false, NULL},
    {"sasl.kerberos.keytab", false, NULL},
    {"sasl.kerberos.min.time.before.relogin", false, NULL},
    {"sasl.kerberos.kinit.cmd", false, LOADED},
    {"sasl.oauthbearer.client.id", false, NULL},
    {"sasl.oauthbearer.client.secret", true, NULL},
    {"sasl.oauthbearer.config", true, NULL},
    {"sasl.oauthbearer.extensions", false, NULL},
    {"sasl.oauthbearer.method", false, NULL},
    {"sasl.oauthbearer.scope", false, NULL},
    {"sasl.oauthbearer.token.endpoint.url", false, NULL},
    {"ssl.ca.location", false, NULL},
    {"ssl.ca.pem", false, NULL},
    {"ssl.certificate.location", false, NULL},
    {"ssl.certificate.pem", false, NULL},
    {"ssl.cipher.suites", false, NULL},
    {"ssl.crl.location", false, NULL},
    {"ssl.curves.list", false, NULL},
    {"ssl.endpoint.identification.algorithm", false, NULL},
    {"ssl.key.location", false, NULL},
    {"ssl.key.password", true, NULL},
    {"ssl.key.pem", true, NULL},
    {"ssl.keystore.location", false, NULL},
    {"ssl.keystore.password", true, NULL},
    {"ssl.sigalgs.list", false, NULL},
    {"enable.ssl.certificate.verification", false, NULL},
    {"ssl.engine.*", false, LOADED},
    {"ssl.providers", false, LOADED},
    {"client.id", false, NULL},
    {"client.rack", false, NULL},
    {"broker.address.family", false, NULL},
    {"broker.address.ttl", false, NULL},
    {"socket.keepalive.enable", false, NULL},
    {"socket.nagle.disable", false, NULL},
    {"socket.send.buffer.bytes", false, NULL},
    {"socket.receive.buffer.bytes", false, NULL},
    {"socket.connection.setup.timeout.ms", false, NULL},
    {"socket.max.fails", false, NULL},
    {"socket.timeout.ms", false, "it is 4 s, below the reply timeout"},
    {"connections.max.idle.ms", false, NULL},
    {"reconnect.backoff.ms", false, NULL},
    {"reconnect.backoff.max.ms", false, NULL},
    {"metadata.max.age.ms", false, NULL},
    {"message.max.bytes", false, NULL},
    {"compression.codec", false, NULL},
    {"compression.type", false, NULL},
    {"compression.level", false, NULL},
    {"debug", false, NULL},
    {"bootstrap.servers", false, CLUSTER},
    {"metadata.broker.list", false, CLUSTER},
    {"enable.idempotence", false, ORDER},
    {"acks", false, ORDER},
    {"request.required.acks", false, ORDER},
    {"max.in.flight*", false, ORDER},
    {"enable.gapless.guarantee", false, ORDER},
    {"queuing.strategy", false, ORDER},
    {"transactional.id", false, "records are not written in transactions"},
    {"transaction.timeout.ms", false, "records are not written in transactions"},
    {"partitioner", false, "it is murmur2_random, as Java clients have it, so that joins stay co-partitioned"},
    {"message.timeout.ms", false, FOREVER},
    {"delivery.timeout.ms", false, FOREVER},
    {"retries", false, FOREVER},
    {"message.send.max.retries", false, FOREVER},
    {"retry.backoff*", false, FOREVER},
    {"linger.ms", false, LINGER},
    {"queue.buffering.max.ms", false, LINGER},
    {"queue.buffering.*", false, RESERVED},
    {"allow.auto.create.topics", false, "topics are made by topics.mode create only, with the contract's retention"},
    {"topic.metadata.propagation.max.ms", false, "it is fixed at 5 s"},
    {"statistics.interval.ms", false, "the gateway keeps its own metrics"},
    {"plugin.library.paths", false, LOADED},
    {"interceptors", false, LOADED},
};

static bool matches(const char *pattern, struct span name)
{
    size_t size = strlen(pattern);
    if (pattern[size - 1] != '*') return span_is(name, pattern);
    return span_starts_with(name, (struct span){pattern, size - 1});
}

const struct property_rule *cluster_property_rule(struct span name)
{
    for (size_t i = 0; i < COUNT_OF(rules); i++)
        if (matches(rules[i].name, name)) return &rules[i];
    return NULL;
}

const char *cluster_property_nearest(struct span name)
{
    struct nearest best = NEAREST_NONE;
    for (size_t i = 0; i < COUNT_OF(rules); i++)
        if (rules[i].refusal == NULL) nearest_consider(&best, name, span_of(rules[i].name));
    return best.name.data;
}
