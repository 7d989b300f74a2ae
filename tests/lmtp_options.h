/* lmtp_options - small limits for the test and the fuzzer, so that short dialogues reach them */
#ifndef TESTS_LMTP_OPTIONS_H
#define TESTS_LMTP_OPTIONS_H

#include "daemon/lmtpd/lmtp.h"

static const struct lmtp_options options = {
	.host = "here",
	.delimiter = '+',
	.line_bytes_max = 64,
	.recipients_max = 3,
	.commands_max = 8,
	.errors_max = 3,
};

#endif
