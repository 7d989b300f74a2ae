/*
 * record - a submission as JSON, as `patchmda parse` prints it
 */
#ifndef DAEMON_RECORD_H
#define DAEMON_RECORD_H

#include <jansson.h>

#include "parser/submission.h"

/*
 * The JSON object for a message; `fault` is what submission_open() or submission_read()
 * returned, 0 or more.  What does not apply, or was not read, is null.  NULL when memory is short.
 */
json_t *record_json(const struct submission *submission, int fault);

#endif
