/*
 * submission - one mail as the record that leaves this folder
 *
 * Reading goes in two steps, since the project has to be chosen between them: the headers say
 * for which lists the mail is, and the project's link name and list address are needed to
 * read subject and sender.  Everything lives in the arena or in the raw mail and as long as
 * both do.  No I/O, no clock, no environment: the same bytes give the same record.
 */
#ifndef PARSER_SUBMISSION_H
#define PARSER_SUBMISSION_H

#include <stdint.h>

#include "parser/arena.h"
#include "parser/depends.h"
#include "parser/diff.h"
#include "parser/fault.h"
#include "parser/header.h"
#include "parser/sender.h"
#include "parser/subject.h"
#include "parser/view.h"

/* A larger message is FAULT_TOO_LARGE. */
#define SUBMISSION_BYTES_MAX ((size_t)64 << 20)

/*
 * A ceiling for the arena: with a message of the largest size beside it an import stays within
 * 256 MiB.  Every message within the limit fits under it, but for some of more than half the limit:
 * text of another character set than UTF-8 is up to three times as long in UTF-8, and is copied
 * once more where its lines end in CR LF.  They are FAULT_TOO_LARGE, too, and held.
 */
#define SUBMISSION_ARENA_BYTES_MAX ((size_t)160 << 20)

/* Dependencies beyond this many are passed over. */
#define SUBMISSION_DEPENDS_MAX 32

#define SUBMISSION_LIST_IDS_MAX 3

/* What a mail is, as far as it alone tells. */
enum submission_kind {
	SUBMISSION_EMPTY, /* neither a diff nor a comment: nothing to store */
	SUBMISSION_PATCH,
	SUBMISSION_COVER,
	SUBMISSION_REPLY, /* a comment, if what it refers to is known */
};

struct submission {
	struct headers headers;
	unsigned flaws; /* of enum flaw, and of enum rule */

	/* Set by submission_open(): */
	bool is_ignored; /* X-Patchwork-Hint: ignore; nothing below is set */
	struct view list_ids[SUBMISSION_LIST_IDS_MAX];
	size_t list_id_count;
	struct view subject_text; /* decoded */
	struct view from_text;    /* the same */
	struct view msgid;        /* with its brackets, cut to 255 */

	/* Set by submission_read(): */
	enum submission_kind kind;
	const struct view *references; /* nearest first, each cut to 255 */
	size_t reference_count;
	bool has_date;
	int64_t date; /* seconds since 1970, UTC */
	struct address sender;
	struct subject subject;
	struct view name;               /* subject.name cut to 255 */
	struct view stored_headers;     /* all of them, as they came */
	struct view content;            /* the comment; empty if there is none */
	struct view diff;               /* absent if there is none */
	char hash[DIFF_HASH_CHARS + 1]; /* empty without a diff */
	struct view pull_url;           /* absent if it is no pull request */
	const struct depends *depends;  /* of Depends-on lines, with what can be read */
	size_t depends_count;
	struct view state;    /* X-Patchwork-State, absent if not given */
	struct view delegate; /* X-Patchwork-Delegate, likewise */
	bool action_required; /* X-Patchwork-Action-Required is there */
};

/*
 * Read the headers of `raw`, enough to choose a project.
 *
 * Returns 0, FAULT_NO_FROM, FAULT_NO_SUBJECT, FAULT_NO_MESSAGE_ID, FAULT_HEADERS_TOO_LARGE,
 * FAULT_TOO_LARGE or arena_error().  Headers, list ids and, where they are, subject and message
 * id are set also when a header that has to be there is missing: submission_read_invalid() reads on.
 */
int submission_open(struct arena *arena, struct view raw, struct submission *ret_submission);

/*
 * Read the rest of an opened message, for the project with this link name and list address
 * (either may be empty).  Returns 0, FAULT_BAD_SENDER, FAULT_NO_FROM or arena_error().
 */
int submission_read(struct arena *arena, struct submission *submission, struct view link_name,
		    struct view list_address);

/*
 * Read what can be told of a message without From, Subject or Message-Id, or without a valid sender:
 * all that submission_read() sets but for `kind`; what cannot be told stays absent.  `raw` is what was
 * opened: a text without a mail's headers is body, all of it.  Returns 0 or arena_error().
 */
int submission_read_invalid(struct arena *arena, struct view raw, struct submission *submission,
			    struct view link_name, struct view list_address);

/*
 * Read the Depends-on lines of its content into `depends`; submission_read() has done that.
 * Returns 0 or arena_error().
 */
int submission_read_depends(struct arena *arena, struct submission *submission);

/* The kind's name as `patchmda parse` prints it. */
const char *submission_kind_name(enum submission_kind kind);

#endif
