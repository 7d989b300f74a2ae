/*
 * json_fault - the error message for a text that is not JSON
 *
 * The messages are those of Python's json module, which Patchwork's clients know, with line, column
 * and position in characters.
 */
#ifndef DAEMON_HTTPD_JSON_FAULT_H
#define DAEMON_HTTPD_JSON_FAULT_H

#include "parser/view.h"

/* Limit of nested objects and lists; deeper nesting is an error. */
#define JSON_FAULT_DEPTH_MAX 100

/* NULL for JSON; otherwise "Expecting value: line 1 column 1 (char 0)", which the caller frees. */
char *json_fault(struct view text);

#endif
