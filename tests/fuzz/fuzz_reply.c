/* The first two bytes say how the rest is cut, which is what a server sends on a connection: read by the load generator and by
 * llhttp (reply_twin.h). */
#include "tests/reply_twin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct twin_replies found;
    if (size < 3) return 0;
    twin_judge((struct span){(const char *)data + 2, size - 2}, data[0], 1U + data[1] % 64, &found);
    return 0;
}
