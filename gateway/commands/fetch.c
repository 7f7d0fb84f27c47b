#include "gateway/commands/fetch.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

/* What is used of libcurl. It is loaded when a command first needs it: linked, it and its fourteen libraries would cost every
 * server 3 MiB of resident memory for nothing. */
struct library {
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *curl, CURLoption option, ...);
    CURLcode (*easy_getinfo)(CURL *curl, CURLINFO info, ...);
    CURLcode (*easy_perform)(CURL *curl);
    void (*easy_cleanup)(CURL *curl);
    const char *(*easy_strerror)(CURLcode code);
};

struct fetcher {
    struct library library;
    CURL *curl; /* NULL where libcurl is not there: `reason` says why */
    char reason[CURL_ERROR_SIZE];
};

/* Never unloaded: what libcurl started behind the scenes may outlive a fetcher. */
static bool load(struct library *library, char *reason, size_t reason_size)
{
    const struct symbol {
        const char *name;
        void *to; /* a function pointer's place; POSIX says that a void pointer fits */
    } symbols[] = {
        {"curl_easy_init", &library->easy_init},       {"curl_easy_setopt", &library->easy_setopt},
        {"curl_easy_getinfo", &library->easy_getinfo}, {"curl_easy_perform", &library->easy_perform},
        {"curl_easy_cleanup", &library->easy_cleanup}, {"curl_easy_strerror", &library->easy_strerror},
    };
    void *handle = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; handle != NULL && i < COUNT_OF(symbols); i++) {
        void *found = dlsym(handle, symbols[i].name);
        if (found == NULL) handle = NULL;
        memcpy(symbols[i].to, &found, sizeof found);
    }
    if (handle == NULL) snprintf(reason, reason_size, "libcurl cannot be loaded: %s", dlerror());
    return handle != NULL;
}

static size_t receive(char *bytes, size_t size, size_t count, void *arg)
{
    struct buffer *out = arg;
    if (out->size + size * count > FETCH_SIZE_MAX) return 0; /* curl ends the transfer */
    buffer_append(out, bytes, size * count);
    return buffer_ok(out) ? size * count : 0;
}

struct fetcher *fetcher_create(void)
{
    struct fetcher *fetcher = calloc(1, sizeof *fetcher);
    if (fetcher == NULL) return NULL;
    const struct library *library = &fetcher->library;
    if (!load(&fetcher->library, fetcher->reason, sizeof fetcher->reason)) return fetcher;
    fetcher->curl = library->easy_init();
    if (fetcher->curl == NULL) {
        free(fetcher);
        return NULL;
    }
    library->easy_setopt(fetcher->curl, CURLOPT_NOSIGNAL, 1L);
    library->easy_setopt(fetcher->curl, CURLOPT_TIMEOUT_MS, (long)FETCH_TIMEOUT_MS);
    library->easy_setopt(fetcher->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    library->easy_setopt(fetcher->curl, CURLOPT_USERAGENT, "headgate/" HEADGATE_VERSION);
    library->easy_setopt(fetcher->curl, CURLOPT_ERRORBUFFER, fetcher->reason);
    library->easy_setopt(fetcher->curl, CURLOPT_WRITEFUNCTION, receive);
    return fetcher;
}

void fetcher_destroy(struct fetcher *fetcher)
{
    if (fetcher == NULL) return;
    if (fetcher->curl != NULL) fetcher->library.easy_cleanup(fetcher->curl);
    free(fetcher);
}

/* The status, or 0 when the transfer failed. */
static long perform(struct fetcher *fetcher, const char *url, struct buffer *out)
{
    const struct library *library = &fetcher->library;
    long status = 0;
    fetcher->reason[0] = '\0';
    library->easy_setopt(fetcher->curl, CURLOPT_URL, url);
    library->easy_setopt(fetcher->curl, CURLOPT_WRITEDATA, out);
    CURLcode code = library->easy_perform(fetcher->curl);
    if (code == CURLE_OK) library->easy_getinfo(fetcher->curl, CURLINFO_RESPONSE_CODE, &status);
    if (code != CURLE_OK && fetcher->reason[0] == '\0')
        snprintf(fetcher->reason, sizeof fetcher->reason, "%s", library->easy_strerror(code));
    return status;
}

long fetch(struct fetcher *fetcher, const char *url, struct buffer *out, char problem[FETCH_PROBLEM])
{
    long status = fetcher->curl != NULL ? perform(fetcher, url, out) : 0;
    if (status == 0) snprintf(problem, FETCH_PROBLEM, "%s", fetcher->reason);
    return status;
}
