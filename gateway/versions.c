#include "gateway/versions.h"

#include <event2/event.h>
#include <jansson.h>
#include <librdkafka/rdkafka.h>
#include <openssl/crypto.h>

#include <stdbool.h>
#include <stdlib.h>
#include <yaml.h>
#include <zlib.h>
#include <zstd.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Weak, so that builds without mimalloc (sanitizers) link; NULL there. */
extern int mi_version(void) __attribute__((weak));
extern bool mi_is_in_heap_region(const void *memory) __attribute__((weak));

/* Linked is not enough: a malloc() that came earlier would win. A fresh piece must lie in mimalloc's heap. */
int versions_mimalloc(void)
{
    if (mi_version == NULL || mi_is_in_heap_region == NULL) return 0;
    void *volatile piece = malloc(64);
    bool ours = piece != NULL && mi_is_in_heap_region(piece);
    free(piece);
    return ours ? mi_version() : 0;
}

void versions_print(struct buffer *out)
{
    char pcre[64] = "";
    (void)pcre2_config(PCRE2_CONFIG_VERSION, pcre);
    buffer_printf(out, "headgate %s\n", HEADGATE_VERSION);
    buffer_printf(out, "librdkafka %s\n", rd_kafka_version_str());
    buffer_printf(out, "libevent %s\n", event_get_version());
    buffer_printf(out, "libyaml %s\n", yaml_get_version_string());
    buffer_printf(out, "PCRE2 %s\n", pcre);
    buffer_printf(out, "%s\n", OpenSSL_version(OPENSSL_VERSION));
    buffer_printf(out, "zstd %s\n", ZSTD_versionString());
    buffer_printf(out, "zlib %s\n", zlibVersion());
    buffer_printf(out, "jansson %s\n", JANSSON_VERSION);
    int mimalloc = versions_mimalloc();
    if (mimalloc > 0)
        buffer_printf(out, "allocator mimalloc %d.%d.%d\n", mimalloc / 100, mimalloc / 10 % 10, mimalloc % 10);
    else
        buffer_append_text(out, "allocator of the C library\n");
}
