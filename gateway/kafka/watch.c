#include "gateway/kafka/watch.h"

#include "gateway/kafka/topics.h"

enum watch_change watch_note(struct watch *watch, bool answered, int64_t now_us)
{
    bool known_silent = watch->looked && !watch->answered;
    watch->looked = true;
    watch->answered = answered;
    watch->looked_us = now_us;
    watch->silences = answered ? 0 : watch->silences + 1;
    if (answered) return known_silent ? WATCH_BACK : WATCH_SAME;
    return known_silent ? WATCH_SAME : WATCH_LOST;
}

/* While it is silent the retries find its return; lanes complain on and on then. */
bool watch_doubt(struct watch *watch)
{
    if (watch->doubted || !watch->answered) return false;
    watch->doubted = true;
    return true;
}

static int64_t retry_ms(uint32_t silences)
{
    int64_t pause = WATCH_RETRY_MS;
    for (uint32_t i = 1; i < silences && pause < WATCH_RETRY_MAX_MS; i++) pause *= 2;
    return pause < WATCH_RETRY_MAX_MS ? pause : WATCH_RETRY_MAX_MS;
}

int64_t watch_due_us(const struct watch *watch, bool well)
{
    int64_t pause = well ? TOPICS_AUDIT_MS : TOPICS_RECHECK_MS;
    if (!watch->looked) return 0;
    if (!watch->answered)
        pause = retry_ms(watch->silences);
    else if (watch->doubted)
        pause = WATCH_DOUBT_MS;
    return watch->looked_us + pause * 1000;
}

bool watch_is_loss(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR__SSL: return true;
    default: return false;
    }
}
