/* fault - descriptions of the faults and flaws of a mail; see fault.h */
#include "parser/fault.h"

#include <stddef.h>

static const char *const fault_texts[] = {
	[FAULT_NONE] = "nothing is wrong",
	[FAULT_NO_FROM] = "the message has no From header, or an empty one",
	[FAULT_NO_SUBJECT] = "the message has no Subject header",
	[FAULT_NO_MESSAGE_ID] = "the message has no Message-Id header, or an empty one",
	[FAULT_BAD_SENDER] = "the From header holds no valid address",
	[FAULT_HEADERS_TOO_LARGE] = "the message's headers are larger than the limit",
	[FAULT_TOO_LARGE] = "the message is larger than the limit",
};

static const struct {
	enum flaw flaw;
	const char *name;
} flaw_names[] = {
	{ FLAW_NO_DATE, "no-date" },
	{ FLAW_BAD_CHARSET, "bad-charset" },
	{ FLAW_BAD_HEADER_BYTES, "bad-header-bytes" },
	{ FLAW_TOO_MANY_PARTS, "too-many-parts" },
	{ FLAW_TOO_DEEP, "too-deep" },
	{ FLAW_TOO_MANY_REFERENCES, "too-many-references" },
	{ FLAW_TOO_MANY_PREFIXES, "too-many-prefixes" },
	{ FLAW_NUL, "nul" },
	{ FLAW_CUT_HUNK, "cut-hunk" },
	{ FLAW_NUMBER_RANGE, "number-range" },
	{ FLAW_PART_HEADERS, "part-headers" },
};

const char *fault_text(int fault)
{
	if (fault < 0 || (size_t)fault >= sizeof(fault_texts) / sizeof(*fault_texts))
		return "unknown fault";
	return fault_texts[fault];
}

const char *flaw_name(unsigned flaw)
{
	for (size_t i = 0; i < sizeof(flaw_names) / sizeof(*flaw_names); i++)
		if ((unsigned)flaw_names[i].flaw == flaw)
			return flaw_names[i].name;
	return NULL;
}
