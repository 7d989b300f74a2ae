/*
 * message - the body of a mail: MIME parts, decoded
 *
 * Walks the parts of a MIME entity (RFC 2045, 2046) depth first, including those inside attached
 * messages, and returns each leaf with its bytes decoded from the transfer encoding.
 *
 * Cost, whatever the mail contains:
 *
 * - CPU time is linear in the size of the mail: 0.2 s plus at most 0.1 s per MiB for all of
 *   `patchmda parse`.  tests/flow/growth-1.t and growth-2.t assert this for 129 mails made for the
 *   purpose (tests/bombs); the slowest of them took 0.06 s per MiB.  A body is read once for all
 *   multiparts that are open (boundary.h), and each quantity that a sender can multiply has a
 *   limit below.
 * - Memory is that of the arena, whose ceiling is 160 MiB (submission.h).  Beside the mail itself,
 *   which is mapped, `patchmda parse` needed at most 139 MiB for these mails at 60 MiB each.
 *
 * GMime's parser gives the same result for well-formed mail: tests/corpus/second-opinion compares
 * type and bytes of all leaves, and of 72,454 mails in three archives it read 72,452 alike.  It is
 * not used, because
 *
 * - it has no limits: it takes 1.3 GB and 4.6 s for a mail of 8 MB with a million small parts, for
 *   which this module takes 17 MB and 0.01 s; and 0.5 GB and 1.2 s for one with a million headers,
 *   for which this module takes 30 MB and 0.02 s;
 * - of malformed mail (a part without an empty line after its headers, a `Content-Type: text`, an
 *   attached mail in base64, a boundary that is never closed) it drops parts that the reference
 *   keeps, without an error.
 *
 * GMime decodes parameters in the form of RFC 2231 (parameter.h).
 */
#ifndef PARSER_MESSAGE_H
#define PARSER_MESSAGE_H

#include "parser/arena.h"
#include "parser/header.h"
#include "parser/view.h"

/* Leaves beyond this many are ignored (FLAW_TOO_MANY_PARTS). */
#define MESSAGE_PARTS_MAX 4096

/*
 * Entities (leaves, and those that contain others or nothing) beyond this many are ignored, too
 * (FLAW_TOO_MANY_PARTS).
 */
#define MESSAGE_ENTITIES_MAX 16384

/* A part whose own headers exceed HEADER_BLOCK_BYTES_MAX is ignored (FLAW_PART_HEADERS). */

/* Parts nested deeper are ignored (FLAW_TOO_DEEP). */
#define MESSAGE_DEPTH_MAX 64

/*
 * The uuencoded parts of a message may become this much longer by decoding, all together; a part
 * beyond the limit is not decoded.  A whole line never grows; a truncated one may grow thirtyfold.
 */
#define MESSAGE_UUENCODE_GROWTH_MAX ((size_t)1 << 20)

struct part {
	struct view type;     /* such as "text/plain", in lower case */
	struct view charset;  /* as declared; absent if it is not */
	struct view filename; /* from Content-Disposition or Content-Type; absent if in neither */
	bool is_flowed;       /* format=flowed (RFC 3676) */
	bool deletes_space;   /* delsp=yes: the blank at which a line was broken is deleted */
	struct view bytes;    /* transfer encoding decoded; points into the raw mail or the arena */
};

struct parts {
	struct part *items;
	size_t count;
};

/*
 * The leaves of the message with these headers and body, in order.  Sets the flaws of the limits
 * above.  Returns 0, arena_error() or -ENOMEM.
 */
int message_parts(struct arena *arena, const struct headers *headers, struct parts *ret_parts,
		  unsigned *flaws);

/*
 * The part's bytes as text, without NUL, by its declared character set.  If that is absent, unknown
 * or does not fit (FLAW_BAD_CHARSET), UTF-8 is tried, then windows-1252, then ISO-8859-1.
 * part->bytes is then absent unless the text points to it: only one form of a large part is kept in
 * memory.
 */
struct view part_text(struct arena *arena, struct part *part, unsigned *flaws);

#endif
