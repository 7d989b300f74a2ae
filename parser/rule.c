/* rule - names and descriptions of patchmda's own rules; see rule.h */
#include "parser/rule.h"

#include <stddef.h>

static const struct {
	enum rule rule;
	const char *name;
	const char *text;
} rules[] = {
	{ RULE_ATTACHED, "D9", "the diff is that of an attachment whose type is no text's" },
	{ RULE_RELABELLED, "D16",
	  "a part is read as text although a gateway called it application/octet-stream,"
	  " or a mailer application/patch" },
	{ RULE_FLOWED, "D17", "lines that format=flowed has broken are joined again" },
	{ RULE_GLUED_VERSION, "D18", "the version is glued to a word, as in PATCHv2" },
	{ RULE_BARE_ID, "D19", "a message id came without brackets and is given them" },
	{ RULE_INNER_BRACKETS, "D20",
	  "the subject's bracket has brackets inside, which are matched" },
	{ RULE_ANY_MARKER, "D21",
	  "a line of the diff says in another language that there is no newline at end of file" },
	{ RULE_ORIGINAL_FROM, "D22", "a relay sent it: the sender is that of X-Original-From" },
	{ RULE_QUOTED_FROM, "D23", "a line >From is in front of the headers, and is passed over" },
	{ RULE_INTERDIFF, "D25",
	  "it is numbered 0, has a diff and no line ---: a cover letter that shows an interdiff" },
};

const char *rule_name(unsigned index)
{
	return index < sizeof(rules) / sizeof(*rules) ? rules[index].name : NULL;
}

const char *rule_text(unsigned index)
{
	return rules[index].text;
}

bool rule_applies(unsigned index, unsigned flaws)
{
	return (flaws & (unsigned)rules[index].rule) != 0;
}
