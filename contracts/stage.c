#include "contracts/stage.h"

bool stage_is_supported(int64_t end_of_support, int64_t now)
{
    return end_of_support == NO_TIME || now < end_of_support;
}

bool stage_can_be_live(const struct use *use)
{
    bool own = use->status == STATUS_ACTIVE || use->status == STATUS_DEPRECATED;
    return own && (use->model->status == STATUS_ACTIVE || use->model->status == STATUS_DEPRECATED);
}

const char *stage_word(enum stage stage)
{
    static const char *const words[] = {[STAGE_SHADOW] = "shadow", [STAGE_LIVE] = "live", [STAGE_ENDED] = "ended"};
    return words[stage];
}
