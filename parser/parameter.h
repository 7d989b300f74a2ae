/*
 * parameter - the parameters of a structured header, such as `charset` of Content-Type (RFC 2045,
 * 5.1)
 *
 * Parameters that are encoded or continued (RFC 2231) are decoded by GMime.
 */
#ifndef PARSER_PARAMETER_H
#define PARSER_PARAMETER_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * At most this many parameters of a message are decoded by RFC 2231, each from at most this many
 * pieces; further ones are read undecoded.  GMime opens a converter for each parameter, which takes
 * 0.1 ms.
 */
#define PARAMETER_EXTENDED_MAX 256

/*
 * The parameter `name` in the raw value of a header, without quotes; absent if there is none or
 * `value` is absent.  *extended counts the parameters of the message that GMime has decoded.
 */
struct view parameter_find(struct arena *arena, struct view value, struct view name,
			   size_t *extended);

#endif
