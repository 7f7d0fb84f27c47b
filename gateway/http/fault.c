#include "gateway/http/fault.h"

static const struct http_fault_info faults[HTTP_FAULT_COUNT] = {
#define HTTP_FAULT_INFO(name, status, rule, detail) [HTTP_FAULT_##name] = {status, rule, detail},
    HTTP_FAULTS(HTTP_FAULT_INFO)
#undef HTTP_FAULT_INFO
};

const struct http_fault_info *http_fault_info(enum http_fault fault)
{
    return &faults[fault];
}
