/* ip.h - IP addresses between text and bytes. */
#ifndef HEADGATE_CODECS_IP_H
#define HEADGATE_CODECS_IP_H

#include "codecs/attributes.h"
#include "codecs/span.h"

#include <stdint.h>

enum { IPV4_SIZE = 4, IPV6_SIZE = 16, IP_TEXT_MAX = 46 };

/* Bytes of IPv4 (4: dotted quad, no leading zeros) or IPv6 (16: RFC 4291 section 2.2, :: and an embedded quad resolved, no zone)
 * into out[16]; the count, 0 when neither. */
size_t ip_parse(struct span text, uint8_t out[IPV6_SIZE]);

/* Canonical text of 4 or 16 bytes; `out` has room for IP_TEXT_MAX. Returns the length. IPv6 as in RFC 5952: lower case, the
 * first longest run of two or more zero groups is ::, and ::ffff:0:0/96 ends in a quad (section 5). */
size_t ip_format(const uint8_t *address, size_t size, char *out);

#endif
