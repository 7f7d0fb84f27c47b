#include "bench/floor_simdjson.h"

#include <new>
#include <simdjson.h>

struct floor_simdjson {
    simdjson::dom::parser parser;
};

floor_simdjson *floor_simdjson_create(void)
{
    return new (std::nothrow) floor_simdjson;
}

void floor_simdjson_destroy(floor_simdjson *floor)
{
    delete floor;
}

bool floor_simdjson_parse(floor_simdjson *floor, const char *text, size_t size)
{
    return floor->parser.parse(text, size, false).error() == simdjson::SUCCESS;
}
