#include "codecs/random_pool.h"

#include "codecs/digest.h"

#include <openssl/crypto.h>
#include <sys/mman.h>

enum { POOL_BYTES = 4080 };

struct random_pool {
    size_t left;
    bool wiped; /* by the kernel, in a child of fork(): only then may bytes be kept */
    unsigned char bytes[POOL_BYTES];
};

struct random_pool *random_pool_create(void)
{
    struct random_pool *pool = mmap(NULL, sizeof *pool, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pool == MAP_FAILED) return NULL;
    pool->wiped = madvise(pool, sizeof *pool, MADV_WIPEONFORK) == 0;
    return pool;
}

void random_pool_destroy(struct random_pool *pool)
{
    if (pool == NULL) return;
    OPENSSL_cleanse(pool, sizeof *pool);
    (void)munmap(pool, sizeof *pool);
}

bool random_pool_take(struct random_pool *pool, void *out, size_t size)
{
    if (!pool->wiped) return random_bytes(out, size);
    if (pool->left < size) {
        if (!random_bytes(pool->bytes, sizeof pool->bytes)) return false;
        pool->left = sizeof pool->bytes;
    }
    pool->left -= size;
    memcpy(out, pool->bytes + pool->left, size);
    OPENSSL_cleanse(pool->bytes + pool->left, size);
    return true;
}
