/*
 * lmtp_path - what stands behind MAIL and RCPT: a path, a list id within it, parameters
 *
 * RFC 5321, 4.1.2.  Pure: views in, views out.  A `rest` is what is left of a command line; what
 * is taken is taken off its front, with the blanks behind it.
 */
#ifndef DAEMON_LMTP_PATH_H
#define DAEMON_LMTP_PATH_H

#include <glib.h>
#include <stdbool.h>

#include "parser/view.h"

bool lmtp_path_is_blank(char c);

/* Take a word, which is empty at the end. */
struct view lmtp_path_word(struct view *rest);

/*
 * Take `FROM:<path>`, where `keyword` is `FROM:`; a blank behind the colon is common.  What may
 * stand in a path is the mail server's business, but it ends at an unquoted `>`.  False if there
 * is none, or something is stuck to it.
 */
bool lmtp_path_take(struct view *rest, struct view keyword, struct view *ret_path);

/* What stands behind the delimiter in the local part of a path, less a source route and quotes;
 * empty when nothing does.  NUL is no delimiter.  The caller frees it. */
GString *lmtp_path_list_id(struct view path, char delimiter);

/* NULL if the parameter of MAIL is one of ours and good, else the reply. */
const char *lmtp_path_check_parameter(struct view parameter);

#endif
