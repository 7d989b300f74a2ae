/* rule - names and descriptions of patchmda's own rules; see rule.h */
#include "parser/rule.h"

#include <stddef.h>

static const struct {
	enum rule rule;
	const char *name;
	const char *text;
} rules[] = {
	{ RULE_ATTACHED, "D9", "the diff is taken from an attachment that is not of a text type" },
	{ RULE_RELABELLED, "D16",
	  "a part labelled application/octet-stream or application/patch is read as text" },
	{ RULE_FLOWED, "D17", "lines that were broken by format=flowed are joined" },
	{ RULE_GLUED_VERSION, "D18", "the version is joined to a word, as in PATCHv2" },
	{ RULE_BARE_ID, "D19", "a message id without brackets gets brackets" },
	{ RULE_INNER_BRACKETS, "D20", "brackets inside a bracket of the subject are matched" },
	{ RULE_ANY_MARKER, "D21",
	  "the line about a missing newline at end of file is not in English" },
	{ RULE_ORIGINAL_FROM, "D22",
	  "the mail was sent by a relay: the sender is taken from X-Original-From" },
	{ RULE_QUOTED_FROM, "D23", "a line >From before the headers is ignored" },
	{ RULE_INTERDIFF, "D25",
	  "a mail numbered 0 with a diff but no line --- is a cover letter with an interdiff" },
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
