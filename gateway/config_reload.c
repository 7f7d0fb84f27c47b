/* config_reload.c - whether a running server can take a fresh configuration over. */
#include "codecs/json_writer.h"
#include "gateway/config_print.h"

/* Values are compared as they print, but for masked secrets, which are compared themselves. */
static bool same_printed(const struct option *option, const struct config *old, const struct config *fresh)
{
    struct buffer texts[2] = {BUFFER_EMPTY, BUFFER_EMPTY};
    const struct config *configs[2] = {old, fresh};
    for (unsigned i = 0; i < 2; i++) {
        struct json_writer writer;
        json_writer_init(&writer, &texts[i], 0);
        config_value_print(option, configs[i], &writer);
    }
    bool same = buffer_ok(&texts[0]) && buffer_ok(&texts[1]) && span_equal(buffer_span(&texts[0]), buffer_span(&texts[1]));
    buffer_deinit(&texts[0]);
    buffer_deinit(&texts[1]);
    return same;
}

static bool same_secrets(const struct config *old, const struct config *fresh)
{
    for (size_t i = 0; i < old->cluster_count; i++)
        for (size_t j = 0; j < old->clusters[i].property_count; j++)
            if (strcmp(old->clusters[i].properties[j].value, fresh->clusters[i].properties[j].value) != 0) return false;
    return true;
}

const char *config_unreloadable(const struct config *old, const struct config *fresh)
{
    size_t count;
    const struct option *options = option_table(&count);
    for (size_t i = 0; i < count; i++) {
        if (options[i].reloadable) continue;
        if (!same_printed(&options[i], old, fresh)) return options[i].name;
        /* Equal prints mean equal names in equal order, so the secrets can be compared one by one. */
        if (options[i].type == OPTION_CLUSTERS && !same_secrets(old, fresh)) return options[i].name;
    }
    return NULL;
}
