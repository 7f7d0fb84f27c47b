#include "contracts/event_name.h"

bool event_name_fits(struct span name)
{
    if (name.size == 0 || name.size > EVENT_NAME_MAX) return false;
    for (size_t i = 0; i < name.size; i++) {
        char byte = name.data[i];
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
        if (!letter && byte != '.' && byte != '_' && byte != '-') return false;
    }
    return name.data[0] != '.';
}
