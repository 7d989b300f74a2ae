/*
 * gmime - parameters that are encoded or continued (RFC 2231), decoded by GMime
 */
#ifndef PARSER_GMIME_H
#define PARSER_GMIME_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * The value of the parameter `name` in `parameters`, the text of a header after its first
 * semicolon; absent if GMime finds none.
 */
struct view gmime_parameter(struct arena *arena, struct view parameters, struct view name);

#endif
