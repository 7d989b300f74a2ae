/*
 * sender - who wrote a mail
 *
 * Reads From in the forms that RFC 5322 and mail archives have, and finds the author again
 * where a list put itself in his place because of DMARC (`Name via List <list@host>`).
 */
#ifndef PARSER_SENDER_H
#define PARSER_SENDER_H

#include "parser/arena.h"
#include "parser/header.h"
#include "parser/view.h"

struct address {
	struct view name;  /* absent where there was none; may be empty */
	struct view email; /* as it stood, not yet judged */
};

/*
 * Read one decoded address: `Name <a@b>`, `a at b (Name)`, `a@b (Name)`, or just `a@b`.
 * The name is trimmed and cut to 255 characters.
 */
struct address address_read(struct arena *arena, struct view text);

/*
 * Whether `email` looks like an address: a dot-atom of word characters and RFC 5322's atext,
 * then a domain of at least two labels.
 */
bool address_is_valid(struct view email);

/*
 * The sender of the mail with these headers, whose From is `from` as header_text() reads it, on the
 * list with the address `list_address` (empty when not known).  Name and address are as they are
 * to be stored.  A relay's mail, whose author X-Original-From
 * names, sets RULE_ORIGINAL_FROM.
 *
 * Returns 0, FAULT_NO_FROM, FAULT_BAD_SENDER or arena_error().
 */
int sender_read(struct arena *arena, const struct headers *headers, struct view from,
		struct view list_address, struct address *ret_sender, unsigned *flaws);

/* The same for a From that nobody has read yet. */
int sender_find(struct arena *arena, const struct headers *headers, struct view list_address,
		struct address *ret_sender, unsigned *flaws);

#endif
