/*
 * decimal - appends decimal numbers, faster than printf(): documents have many
 */
#ifndef DAEMON_OUTPUT_DECIMAL_H
#define DAEMON_OUTPUT_DECIMAL_H

#include <glib.h>
#include <stdint.h>

/* The longest number without its sign. */
#define DECIMAL_DIGITS_MAX 19

/* Append a number with `width` digits or more: zeros are added before a shorter one. */
void decimal_append(GString *to, int64_t value, size_t width);

#endif
