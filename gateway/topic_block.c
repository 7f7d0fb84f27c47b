#include "gateway/topic_block.h"

static const char *const words[TOPIC_BLOCKS] = {
    [TOPIC_USABLE] = "usable",
    [TOPIC_UNCHECKED] = "unchecked",
    [TOPIC_MISSING] = "missing",
    [TOPIC_UNAUTHORIZED] = "unauthorized",
    [TOPIC_KEEPS_LONGER] = "keeps-longer",
    [TOPIC_UNSAFE] = "unsafe",
    [TOPIC_TOO_SMALL] = "too-small",
    [TOPIC_REFUSED] = "refused",
};

const char *topic_block_word(enum topic_block block)
{
    return words[block];
}
