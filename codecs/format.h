/* format.h - the string formats that are enforced, one function each; every one takes well-formed UTF-8.
 *
 * They are strict and know no locale: what two readers could take differently is refused. */
#ifndef HEADGATE_CODECS_FORMAT_H
#define HEADGATE_CODECS_FORMAT_H

#include "codecs/attributes.h"
#include "codecs/base64.h"
#include "codecs/ip.h"
#include "codecs/span.h"
#include "codecs/uuid.h"

/* RFC 9562 section 4: 8-4-4-4-12 hex digits, any case, any version; no braces, no urn:uuid:. */
bool format_uuid(struct span text) MUST_CHECK;

/* Dotted quad, four decimal octets without leading zeros (RFC 3986 section 3.2.2, dec-octet). */
bool format_ipv4(struct span text) MUST_CHECK;

/* The same where 16 bytes from the text's begin can be read; what lies behind its end does not matter. */
bool format_ipv4_padded(struct span text) MUST_CHECK;

/* RFC 4291 section 2.2, all three forms; no zone, no prefix length. */
bool format_ipv6(struct span text) MUST_CHECK;

/* RFC 952 as relaxed by RFC 1123 section 2.1: labels of 1 to 63 letters, digits and inner hyphens, at most 253 in all, no
 * trailing dot. The last label is not all digits: a name never has the form of an address (same section). */
bool format_hostname(struct span text) MUST_CHECK;

/* RFC 3986 section 3: a URI with a scheme, ASCII; an empty host is allowed (file:///), a zone (RFC 6874) is not. */
bool format_uri(struct span text) MUST_CHECK;

/* RFC 5321 section 4.1.2 Mailbox: local part as dot-string or quoted string, at most 64 octets; domain as format_hostname, or
 * [IPv4] or [IPv6:...]; at most 254 octets in all (RFC 3696 erratum 1690). No display name, comment, folding or UTF-8. */
bool format_email(struct span text) MUST_CHECK;

/* RFC 4648 section 4, padded; zero bits behind the last byte. Empty is fine. */
bool format_base64(struct span text) MUST_CHECK;

#endif
