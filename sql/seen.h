/*
 * seen - mail that came and is not ours, of which patchmda.seen keeps a hash of the message id
 */
#ifndef SQL_SEEN_H
#define SQL_SEEN_H

#include <stdint.h>

#include "parser/view.h"

/* The first 8 bytes of the id's MD5, as SQL can make it too. */
int64_t seen_hash(struct view msgid);

#endif
