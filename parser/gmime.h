/*
 * gmime - parameters that are encoded or continued as RFC 2231 has it, which GMime knows to read
 */
#ifndef PARSER_GMIME_H
#define PARSER_GMIME_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * The value of the parameter `name` among `parameters`, as they stand in any header behind its
 * first semicolon; absent when GMime finds none.
 */
struct view gmime_parameter(struct arena *arena, struct view parameters, struct view name);

#endif
