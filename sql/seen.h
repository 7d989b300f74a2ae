/*
 * seen - hashes in patchmda.seen of the message ids of mail that was dropped as unrelated
 */
#ifndef SQL_SEEN_H
#define SQL_SEEN_H

#include <stdint.h>

#include "parser/view.h"

/* The first 8 bytes of the MD5 of the message id, which SQL can compute, too. */
int64_t seen_hash(struct view msgid);

#endif
