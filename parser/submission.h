/*
 * submission - one mail as a record, the result of this folder
 *
 * A mail is read in two steps, because the project is chosen between them: the headers name the
 * lists that the mail was sent to, and the project's link name and list address are needed to read
 * subject and sender.  Views point into the arena or the raw mail and are valid as long as both.
 * There is no I/O, no clock and no environment: the same bytes give the same record.
 */
#ifndef PARSER_SUBMISSION_H
#define PARSER_SUBMISSION_H

#include <stdint.h>

#include "parser/arena.h"
#include "parser/depends.h"
#include "parser/diff.h"
#include "parser/diff_files.h"
#include "parser/fault.h"
#include "parser/header.h"
#include "parser/sender.h"
#include "parser/subject.h"
#include "parser/view.h"

/* A larger message is FAULT_TOO_LARGE. */
#define SUBMISSION_BYTES_MAX ((size_t)64 << 20)

/*
 * The ceiling of a message's arena.  Together with a message of the largest size, an import needs
 * less than 256 MiB.  Some messages of more than half the largest size exceed the ceiling: text can
 * become three times as long in UTF-8, and is copied again if its lines end in CR LF.  Such a
 * message is FAULT_TOO_LARGE, too, and is held.
 */
#define SUBMISSION_ARENA_BYTES_MAX ((size_t)160 << 20)

/* Dependencies beyond this many are ignored. */
#define SUBMISSION_DEPENDS_MAX 32

#define SUBMISSION_LIST_IDS_MAX 3

/* The kind of a mail, as far as it can be determined without the database. */
enum submission_kind {
	SUBMISSION_EMPTY, /* neither a diff nor a comment: nothing to store */
	SUBMISSION_PATCH,
	SUBMISSION_COVER,
	SUBMISSION_REPLY, /* a comment if the message that it refers to is known */
};

struct submission {
	struct headers headers;
	unsigned flaws; /* bits of enum flaw and enum rule */

	/* Set by submission_open(): */
	bool is_ignored; /* X-Patchwork-Hint: ignore; nothing below is set */
	struct view list_ids[SUBMISSION_LIST_IDS_MAX];
	size_t list_id_count;
	struct view subject_text; /* decoded */
	struct view from_text;    /* the same */
	struct view msgid;        /* with its brackets, cut to 255 characters */

	/* Set by submission_read(): */
	enum submission_kind kind;
	const struct view *references; /* nearest first, each cut to 255 characters */
	size_t reference_count;
	bool has_date;
	int64_t date; /* seconds since 1970, UTC */
	struct address sender;
	struct subject subject;
	struct view name;               /* subject.name cut to 255 characters */
	struct view title;              /* title_of() it; empty for replies and empty mail */
	struct view stored_headers;     /* as headers_stored() returns them */
	struct view content;            /* the comment; empty if there is none */
	struct view diff;               /* absent if there is none */
	char hash[DIFF_HASH_CHARS + 1]; /* empty without a diff */
	struct diff_files files;        /* of the diff */
	struct view pull_url;           /* absent if it is not a pull request */
	const struct depends *depends;  /* from Depends-on lines; others are left out */
	size_t depends_count;
	struct view state;    /* X-Patchwork-State, absent if not given */
	struct view delegate; /* X-Patchwork-Delegate, likewise */
	bool action_required; /* there is an X-Patchwork-Action-Required */
};

/*
 * Read as many headers of `raw` as are needed to choose a project.
 *
 * Returns 0, FAULT_NO_FROM, FAULT_NO_SUBJECT, FAULT_NO_MESSAGE_ID, FAULT_HEADERS_TOO_LARGE,
 * FAULT_TOO_LARGE or arena_error().  If a required header is missing, the headers, the list ids and
 * those of subject and message id that exist are set nevertheless, for submission_read_invalid().
 */
int submission_open(struct arena *arena, struct view raw, struct submission *ret_submission);

/*
 * Read the rest of an opened message, for the project with this link name and list address
 * (either may be empty).  Returns 0, FAULT_BAD_SENDER, FAULT_NO_FROM or arena_error().
 */
int submission_read(struct arena *arena, struct submission *submission, struct view link_name,
		    struct view list_address);

/*
 * Read as much as possible of a message without From, Subject or Message-Id, or without a valid
 * sender.  Sets the same members as submission_read() except `kind`; unknown ones stay absent.
 * `raw` is the text that was given to submission_open(); if it has no mail headers, all of it is
 * the body.  Returns 0 or arena_error().
 */
int submission_read_invalid(struct arena *arena, struct view raw, struct submission *submission,
			    struct view link_name, struct view list_address);

/*
 * Read the Depends-on lines of the content into `depends`, as submission_read() does.  Returns 0 or
 * arena_error().
 */
int submission_read_depends(struct arena *arena, struct submission *submission);

/* The name of a kind in the output of `patchmda parse`. */
const char *submission_kind_name(enum submission_kind kind);

#endif
