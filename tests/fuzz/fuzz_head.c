/* The first byte says in which pieces the rest comes, which is the head of a request: read by the gateway and by llhttp
 * (head_twin.h). */
#include "tests/head_twin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    (void)twin_judge((struct span){(const char *)data + 1, size - 1}, 1U + data[0] % 64);
    return 0;
}
