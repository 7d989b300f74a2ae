/* outcome - verdicts as replies to the mail server; see outcome.h */
#include "daemon/outcome.h"

#include <errno.h>
#include <sysexits.h>

const struct outcome_row outcome_rows[OUTCOME_COUNT] = {
	[OUTCOME_STORED] = { "stored", EX_OK, "250 2.0.0 stored" },
	[OUTCOME_DUPLICATE] = { "duplicate", EX_OK, "250 2.0.0 duplicate" },
	[OUTCOME_IGNORED] = { "ignored", EX_OK, "250 2.0.0 ignored" },
	[OUTCOME_HELD] = { "held", EX_OK, "250 2.0.0 held" },
	[OUTCOME_DEFERRED] = { "deferred", EX_TEMPFAIL, "451 4.3.0 try again later" },
};

enum outcome outcome_of(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_PATCH:
	case VERDICT_COVER:
	case VERDICT_COMMENT:
		return OUTCOME_STORED;
	case VERDICT_DUPLICATE:
		return OUTCOME_DUPLICATE;
	case VERDICT_WAITING:
	case VERDICT_HELD:
		return OUTCOME_HELD;
	case VERDICT_EMPTY:
	case VERDICT_UNRELATED:
		return OUTCOME_IGNORED;
	case VERDICT_NO_ROOM:
	case VERDICT_UNDECIDED:
		break;
	}
	return OUTCOME_DEFERRED;
}

const char *outcome_status(int error)
{
	switch (error) {
	case -ENOTCONN:
		return "4.4.1";
	case -ETIMEDOUT:
		return "4.4.7";
	case -ENOSPC:
		return "4.3.1";
	case -ENOSYS:
	case -EINVAL:
	case -EACCES:
		return "4.3.5";
	case -ENOMEM:
	case -EBUSY:
		return "4.3.2";
	default:
		return "4.3.0";
	}
}

const char *outcome_verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_UNDECIDED] = "undecided", [VERDICT_PATCH] = "patch",
		[VERDICT_COVER] = "cover",         [VERDICT_COMMENT] = "comment",
		[VERDICT_DUPLICATE] = "duplicate", [VERDICT_WAITING] = "waiting",
		[VERDICT_EMPTY] = "empty",         [VERDICT_UNRELATED] = "unrelated",
		[VERDICT_HELD] = "held",           [VERDICT_NO_ROOM] = "no-room",
	};

	return names[verdict];
}
