#include "bench/load_counts.h"

uint64_t load_counts_fine(const struct load_counts *counts)
{
    uint64_t fine = 0;
    for (unsigned status = 200; status < 300; status++) fine += counts->status[status];
    return fine;
}

uint64_t load_counts_failures(const struct load_counts *counts)
{
    return counts->requests - load_counts_fine(counts) + counts->lost;
}
