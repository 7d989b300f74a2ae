/*
 * sender - the author of a mail
 *
 * From is read in the forms of RFC 5322 and of mail archives.  A list may have replaced the
 * author's address by its own because of DMARC (`Name via List <list@host>`); the author is then
 * found in other headers.
 */
#ifndef PARSER_SENDER_H
#define PARSER_SENDER_H

#include "parser/arena.h"
#include "parser/header.h"
#include "parser/view.h"

struct address {
	struct view name;  /* absent if there is none; may be empty */
	struct view email; /* as written; it may be invalid */
};

/*
 * Read one decoded address: `Name <a@b>`, `a at b (Name)`, `a@b (Name)` or `a@b`.  The name is
 * trimmed and cut to 255 characters.
 */
struct address address_read(struct arena *arena, struct view text);

/*
 * The words of a person's name, for comparisons: in lower case, in the order of their bytes, with
 * one blank between two. Text in parentheses and ` via LIST` are left out. A name of a single word
 * may be that of many persons, so it has none.
 */
struct view sender_name_words(struct arena *arena, struct view name);

/*
 * Whether `email` looks like an address: a dot-atom of word characters and RFC 5322's atext,
 * then a domain of at least two labels.
 */
bool address_is_valid(struct view email);

/*
 * The sender of the mail with these headers on the list `list_address`, which is empty if it is not
 * known.  `from` is the From header as text (header_text()).  The result is as it is to be stored.
 * Sets RULE_ORIGINAL_FROM if a relay sent the mail and X-Original-From names its author.
 *
 * Returns 0, FAULT_NO_FROM, FAULT_BAD_SENDER or arena_error().
 */
int sender_read(struct arena *arena, const struct headers *headers, struct view from,
		struct view list_address, struct address *ret_sender, unsigned *flaws);

/* The same for a From header that was not read before. */
int sender_find(struct arena *arena, const struct headers *headers, struct view list_address,
		struct address *ret_sender, unsigned *flaws);

#endif
