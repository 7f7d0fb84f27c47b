#include "gateway/kafka/embedded.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct embedded {
    rd_kafka_t *rk; /* the mock lives inside a client instance */
    rd_kafka_mock_cluster_t *mock;
    unsigned brokers;
};

struct embedded *embedded_create(unsigned brokers, char *problem, size_t problem_size)
{
    struct embedded *embedded = calloc(1, sizeof *embedded);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (embedded == NULL) goto fail;
    embedded->brokers = brokers;
    if (rd_kafka_conf_set(conf, "client.id", "headgate-embedded", problem, problem_size) != RD_KAFKA_CONF_OK) goto fail;
    rd_kafka_conf_set_log_cb(conf, NULL); /* it would tell of missing bootstrap servers: the instance only carries the mock */
    embedded->rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, problem, problem_size);
    if (embedded->rk == NULL) goto fail;
    conf = NULL; /* the instance has it now */
    embedded->mock = rd_kafka_mock_cluster_new(embedded->rk, (int)brokers);
    if (embedded->mock != NULL) return embedded;
    snprintf(problem, problem_size, "the in-process cluster could not open its ports on 127.0.0.1");

fail:
    if (conf != NULL) rd_kafka_conf_destroy(conf);
    if (embedded != NULL && embedded->rk != NULL) rd_kafka_destroy(embedded->rk);
    free(embedded);
    return NULL;
}

void embedded_destroy(struct embedded *embedded)
{
    if (embedded == NULL) return;
    rd_kafka_mock_cluster_destroy(embedded->mock);
    rd_kafka_destroy(embedded->rk);
    free(embedded);
}

const char *embedded_bootstrap(const struct embedded *embedded)
{
    return rd_kafka_mock_cluster_bootstraps(embedded->mock);
}

uint32_t embedded_brokers(const struct embedded *embedded)
{
    return embedded->brokers;
}

/* The mock's thread (librdkafka 2.0.2) misses the wake-up of a question that comes just as it has answered the one before,
 * and then sleeps for a second: of 40 topics made in a row, 12 took that long. After a moment it is listening again. */
static void let_mock_listen(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
}

bool embedded_make_topic(struct embedded *embedded, const char *name, uint32_t partitions)
{
    let_mock_listen();
    rd_kafka_resp_err_t code = rd_kafka_mock_topic_create(embedded->mock, name, (int)partitions, 1);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS;
}

rd_kafka_mock_cluster_t *embedded_mock(struct embedded *embedded)
{
    return embedded->mock;
}
