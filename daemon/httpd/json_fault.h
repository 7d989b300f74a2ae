/*
 * json_fault - why a text is no JSON, in the words that clients of Patchwork know
 *
 * They are those of Python's json module, with line, column and position in characters.
 */
#ifndef DAEMON_HTTPD_JSON_FAULT_H
#define DAEMON_HTTPD_JSON_FAULT_H

#include "parser/view.h"

/* Objects and lists in one another: deeper is a fault. */
#define JSON_FAULT_DEPTH_MAX 100

/* NULL when it is JSON; otherwise "Expecting value: line 1 column 1 (char 0)", to be freed. */
char *json_fault(struct view text);

#endif
