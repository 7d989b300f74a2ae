/*
 * fault - all faults and flaws of a mail
 *
 * Functions that parse mail return 0, a member of this enum (a fault of the mail: the same on every
 * retry, so the mail is held) or -errno (a fault of the environment: worth another try).  With a
 * fault there is no record.  A flaw is a bit in submission.flaws of a record that can be stored
 * nevertheless.
 */
#ifndef PARSER_FAULT_H
#define PARSER_FAULT_H

enum fault {
	FAULT_NONE = 0,
	FAULT_NO_FROM,
	FAULT_NO_SUBJECT,
	FAULT_NO_MESSAGE_ID,
	FAULT_BAD_SENDER,
	FAULT_HEADERS_TOO_LARGE,
	FAULT_TOO_LARGE,
};

enum flaw {
	FLAW_NO_DATE = 1 << 0,
	FLAW_BAD_CHARSET = 1 << 1,
	FLAW_BAD_HEADER_BYTES = 1 << 2,
	FLAW_TOO_MANY_PARTS = 1 << 3,
	FLAW_TOO_DEEP = 1 << 4,
	FLAW_TOO_MANY_REFERENCES = 1 << 5,
	FLAW_TOO_MANY_PREFIXES = 1 << 6,
	FLAW_NUL = 1 << 7,
	FLAW_CUT_HUNK = 1 << 8,
	FLAW_NUMBER_RANGE = 1 << 9,
	FLAW_PART_HEADERS = 1 << 10,
};

/* A sentence for people, without a full stop; `fault` is a member of enum fault. */
const char *fault_text(int fault);

/*
 * The name of a flaw as `patchmda parse` prints it; `flaw` is one bit.  NULL after the last flaw.
 */
const char *flaw_name(unsigned flaw);

#endif
