#include "gateway/commands/fetch.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

struct fetcher {
    CURL *curl;
    char reason[CURL_ERROR_SIZE];
};

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
    fetcher->curl = curl_easy_init();
    if (fetcher->curl == NULL) {
        free(fetcher);
        return NULL;
    }
    curl_easy_setopt(fetcher->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(fetcher->curl, CURLOPT_TIMEOUT_MS, (long)FETCH_TIMEOUT_MS);
    curl_easy_setopt(fetcher->curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(fetcher->curl, CURLOPT_USERAGENT, "headgate/" HEADGATE_VERSION);
    curl_easy_setopt(fetcher->curl, CURLOPT_ERRORBUFFER, fetcher->reason);
    curl_easy_setopt(fetcher->curl, CURLOPT_WRITEFUNCTION, receive);
    return fetcher;
}

void fetcher_destroy(struct fetcher *fetcher)
{
    if (fetcher == NULL) return;
    curl_easy_cleanup(fetcher->curl);
    free(fetcher);
}

long fetch(struct fetcher *fetcher, const char *url, struct buffer *out, char problem[FETCH_PROBLEM])
{
    long status = 0;
    fetcher->reason[0] = '\0';
    curl_easy_setopt(fetcher->curl, CURLOPT_URL, url);
    curl_easy_setopt(fetcher->curl, CURLOPT_WRITEDATA, out);
    CURLcode code = curl_easy_perform(fetcher->curl);
    if (code == CURLE_OK) {
        curl_easy_getinfo(fetcher->curl, CURLINFO_RESPONSE_CODE, &status);
        return status;
    }
    snprintf(problem, FETCH_PROBLEM, "%s", fetcher->reason[0] != '\0' ? fetcher->reason : curl_easy_strerror(code));
    return 0;
}
