/*
 * gmime - parameters that are encoded or continued as RFC 2231 has it, which GMime knows to read
 *
 * GMime brings GObject, GIO and GPG along, which take longer to load than a mail takes to be read,
 * and few mails have such a parameter.  So patchmda is not linked with it: the first parameter
 * that needs it opens the library.
 */
#ifndef PARSER_GMIME_H
#define PARSER_GMIME_H

#include "parser/arena.h"
#include "parser/view.h"

/*
 * The value of the parameter `name` among `parameters`, as they stand in any header behind its
 * first semicolon; absent when GMime finds none.  Without the library the arena fails with
 * -ELIBACC: a mail is not to be read differently because something is not installed.
 */
struct view gmime_parameter(struct arena *arena, struct view parameters, struct view name);

#endif
