/*
 * rule - which of our own rules had a say in what became of a mail
 *
 * Where a record is other than the reference's on purpose, the function that made it so sets a bit.
 * The bits go where those of enum flaw go and are apart from them.  README lists the rules, also those
 * that no single mail shows, under the same names.
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

/* The rule's name in README, such as "D17"; `index` counts from 0 on.  NULL past the last. */
const char *rule_name(unsigned index);

/* What it says, for people: a sentence without a full stop. */
const char *rule_text(unsigned index);

/* Whether its bit is among `flaws`. */
bool rule_applies(unsigned index, unsigned flaws);

#endif
