/*
 * message - the body of a mail: MIME parts, decoded
 *
 * Walks the parts of a MIME entity (RFC 2045, 2046) depth first, those inside attached
 * messages too, and hands each leaf on with its bytes decoded from the transfer encoding.
 *
 * Why not GMime's parser?  On sound mail it gives the same: tests/corpus/second-opinion compares type
 * and bytes of all leaves, and of 72,454 mails of three archives it read 72,452 alike.  But
 *
 * - it has no limits: a mail of 8 MB with a million small parts takes 1.3 GB and 4.6 s in it, here
 *   17 MB and 0.01 s; one with a million headers 0.5 GB and 1.2 s, here 30 MB and 0.02 s;
 * - where a mail is broken (a part without an empty line behind its headers, a `Content-Type: text`,
 *   an attached mail that is base64, a boundary that never closes) it drops what the reference
 *   keeps, and its objects do not tell.
 *
 * GMime does parameters in RFC 2231's form.  Reading is linear in the size of the mail, whatever is in
 * it: a body is read once for all multiparts that are open (boundary.h), and what a sender can
 * multiply has a limit below.
 */
#ifndef PARSER_MESSAGE_H
#define PARSER_MESSAGE_H

#include "parser/arena.h"
#include "parser/header.h"
#include "parser/view.h"

/* Leaves beyond this many are passed over (FLAW_TOO_MANY_PARTS). */
#define MESSAGE_PARTS_MAX 4096

/* Entities, those included that hold others or nothing: what lies beyond is passed over, too. */
#define MESSAGE_ENTITIES_MAX 16384

/* A part whose own headers exceed HEADER_BLOCK_BYTES_MAX is passed over (FLAW_PART_HEADERS). */

/* Parts nested deeper are passed over (FLAW_TOO_DEEP). */
#define MESSAGE_DEPTH_MAX 64

/*
 * By how much more than their raw size the uuencoded parts of a message may grow together; one that
 * would go beyond stays as it is.  Whole lines never grow, lines cut off to thirty times their size.
 */
#define MESSAGE_UUENCODE_GROWTH_MAX ((size_t)1 << 20)

struct part {
	struct view type;     /* "text/plain": lower case */
	struct view charset;  /* as declared, absent if not */
	struct view filename; /* of the disposition or the type's name, absent if neither */
	bool is_flowed;       /* format=flowed (RFC 3676) */
	bool deletes_space;   /* delsp=yes: the blank at which a line was broken goes */
	struct view bytes;    /* transfer encoding decoded; points into the raw mail or the arena */
};

struct parts {
	struct part *items;
	size_t count;
};

/*
 * The leaves of the message with these headers and body, in order.
 * *flaws gains what was passed over.  Returns 0 or arena_error().
 */
int message_parts(struct arena *arena, const struct headers *headers, struct parts *ret_parts,
		  unsigned *flaws);

/*
 * The part's bytes as text: by its declared character set; where that is absent, unknown or
 * does not fit (FLAW_BAD_CHARSET) UTF-8, then windows-1252, then ISO-8859-1.  Without NUL.
 * Bytes that were decoded are given back to the arena once they are text, and absent then: of a
 * large part there is one form in memory.
 */
struct view part_text(struct arena *arena, struct part *part, unsigned *flaws);

#endif
