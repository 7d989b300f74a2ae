/*
 * rule - patchmda's improvements over the reference, as far as a mail shows them
 *
 * A function that on purpose makes a record different from the reference's sets a bit.  The bits
 * are stored with those of enum flaw and are distinct from them.  README lists the rules under the
 * same names, together with those that no single mail shows.
 */
#ifndef PARSER_RULE_H
#define PARSER_RULE_H

#include <stdbool.h>

enum rule {
	RULE_ATTACHED = 1 << 16,
	RULE_RELABELLED = 1 << 17,
	RULE_FLOWED = 1 << 18,
	RULE_GLUED_VERSION = 1 << 19,
	RULE_BARE_ID = 1 << 20,
	RULE_INNER_BRACKETS = 1 << 21,
	RULE_ANY_MARKER = 1 << 22,
	RULE_ORIGINAL_FROM = 1 << 23,
	RULE_QUOTED_FROM = 1 << 24,
	RULE_INTERDIFF = 1 << 25,
};

/* The rule's name in README, such as "D17"; `index` starts at 0.  NULL after the last rule. */
const char *rule_name(unsigned index);

/* The rule as a sentence for people, without a full stop; `index` is that of a rule. */
const char *rule_text(unsigned index);

/* Whether the rule's bit is set in `flaws`. */
bool rule_applies(unsigned index, unsigned flaws);

#endif
