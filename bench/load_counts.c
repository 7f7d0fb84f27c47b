#include "bench/load_counts.h"

uint64_t load_counts_failures(const struct load_counts *counts)
{
    uint64_t fine = 0;
    for (unsigned status = 200; status < 300; status++) fine += counts->status[status];
    return counts->requests - fine + counts->lost;
}
