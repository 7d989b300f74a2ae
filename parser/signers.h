/*
 * signers - who wrote a patch, by its text: `From:`, `Signed-off-by:` and `Co-developed-by:` lines
 *
 * A person who sends another one's patch leaves these lines in it.
 */
#ifndef PARSER_SIGNERS_H
#define PARSER_SIGNERS_H

#include "parser/arena.h"
#include "parser/view.h"

/* Signers of a text beyond this many are ignored. */
#define SIGNERS_MAX 32

struct signer {
	struct view address; /* in lower case, cut to 255 characters */
	struct view name;    /* the text before the address */
};

/*
 * Read the signers from the content of a patch, which is UTF-8 or absent.  The array is in the
 * arena; a signer may be in it more than once.  Returns 0 or arena_error().
 */
int signers_read(struct arena *arena, struct view content, const struct signer **ret_signers,
		 size_t *ret_count);

#endif
