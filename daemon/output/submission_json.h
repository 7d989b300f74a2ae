/*
 * submission_json - a submission as the JSON object that `patchmda parse` prints
 */
#ifndef DAEMON_OUTPUT_SUBMISSION_JSON_H
#define DAEMON_OUTPUT_SUBMISSION_JSON_H

#include "daemon/output/emit.h"
#include "parser/submission.h"

/*
 * Write the object for a message; `fault` is the result, not negative, of submission_open() or
 * submission_read().  Members that do not apply or were not read are null.
 */
void submission_json(struct emit *emit, const struct submission *submission, int fault);

#endif
