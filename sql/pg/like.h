/*
 * like - patterns for LIKE and ILIKE
 */
#ifndef SQL_PG_LIKE_H
#define SQL_PG_LIKE_H

#include <glib.h>

#include "parser/view.h"

/* Append a text in which each character stands for itself. */
void like_append(GString *pattern, struct view text);

/* A pattern that finds `text` anywhere; the caller frees it. */
char *like_anywhere(struct view text);

#endif
