/* test_submission - the fields of a mail; see parser/submission.h, and tests/corpus for mails */
#include "tests/unit/check.h"

#include <stdio.h>

#include "parser/msgid.h"
#include "parser/stored.h"
#include "parser/submission.h"
#include "parser/text.h"

#define HEAD  "From: A <a@b.c>\nMessage-Id: <1@b.c>\nSubject: "
#define FILES "--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n"
#define PULL  "The following changes since commit 1:\nare available in the git repository at:\na://b"

static void add_all(struct builder *b, const struct view *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_field(b, items[i], '|');
}

/* The fault, `message id;`, and each list id followed by `|`. */
static struct view opened(struct arena *arena, struct view raw)
{
	struct builder b = builder_init(arena);
	struct submission s;
	int r = submission_open(arena, raw, &s);

	builder_add(&b, r == FAULT_NO_FROM ? VIEW("no From ") : VIEW(""));
	builder_add(&b, r == FAULT_NO_SUBJECT ? VIEW("no subject ") : VIEW(""));
	builder_add(&b, r == FAULT_NO_MESSAGE_ID ? VIEW("no id ") : VIEW(""));
	if (s.is_ignored)
		return VIEW("ignored");
	builder_add(&b, s.msgid);
	builder_byte(&b, ';');
	add_all(&b, s.list_ids, s.list_id_count);
	return builder_view(&b);
}

static const struct check_case open_mails[] = {
	{ "all headers", V(HEAD "t\nList-Id: L <l.b.c>\n\n"), V("<1@b.c>;l.b.c|") },
	{ "no From", V("Message-ID: <1>\nSubject: t\nX-list: l\n\n"), V("no From <1>;l|") },
	{ "no id", V("From: a@b.c\nSubject: t\nX-list: l\n\n"), V("no id ;l|") },
	{ "id empty", V("From: a@b.c\nSubject: t\nMessage-Id: \n"), V("no id ;") },
	{ "no subject", V("From: a@b.c\nMessage-Id: <1>\nX-list: l\n"), V("no subject <1>;l|") },
	{ "no brackets", V("From: a@b.c\nSubject: t\nMessage-Id:  a b \n\n"), V("a b;") },
	{ "no brackets (D19)", V("From: a@b.c\nSubject: t\nMessage-Id: 1@b.c \n\n"),
	  V("<1@b.c>;") },
	{ "no domain", V("From: a@b.c\nSubject: t\nMessage-Id: 1@\n\n"), V("1@;") },
	{ "white space other than a blank",
	  V("From: a@b.c\nSubject: t\nMessage-Id: 1@b\xC2\xA0"
	    "c\n\n"),
	  V("1@b c;") },
	{ "after a quoted From line (D23)", V(">From x\n" HEAD "t\n\n"), V("<1@b.c>;") },
	{ "after a From line", V("From x\r\n>From y\r\n" HEAD "t\n\n"), V("<1@b.c>;") },
	{ "after a From line that is quoted twice", V(">>From x\n" HEAD "t\n\n"), V("no From ;") },
	{ "hint", V("X-Patchwork-Hint: Ignore\n\n"), V("ignored") },
	{ "lists", V(HEAD "t\nX-list: c\nX-Mailing-List: <b>\nList-ID: a\n"), V("<1@b.c>;a|b|c|") },
	{ "last brackets", V(HEAD "t\nList-Id: <a> x <b> y\n\n"), V("<1@b.c>;b|") },
};

static struct submission read_mail(struct arena *arena, struct view raw)
{
	struct submission s;

	assert_int_equal(submission_open(arena, raw, &s), 0);
	assert_int_equal(submission_read(arena, &s, VIEW(""), VIEW("")), 0);
	return s;
}

/* `kind;content;diff;URL;` for a body and the text before it, which follows `Subject: `. */
static struct view kind_of(struct arena *arena, struct view rest)
{
	struct builder raw = builder_init(arena), b = builder_init(arena);
	struct submission s;

	builder_add(&raw, VIEW(HEAD));
	builder_add(&raw, rest);
	s = read_mail(arena, builder_view(&raw));
	add_field(&b, view_str(submission_kind_name(s.kind)), ';');
	add_field(&b, s.content, ';');
	add_field(&b, s.diff, ';');
	add_field(&b, s.pull_url, ';');
	assert_int_equal(strlen(s.hash), s.diff.ptr != NULL ? DIFF_HASH_CHARS : 0);
	assert_int_equal(s.files.path_count, s.diff.ptr != NULL ? 1 : 0);
	return builder_view(&b);
}

static const struct check_case kinds[] = {
	{ "pull request", V("t\n\n" PULL "\n"), V("patch;" PULL ";-;a://b;") },
	{ "cover letter", V("[0/2] t\nReferences: <x>\n\nt\n"), V("cover;t;-;-;") },
	{ "with references (D8)", V("Fw [0/2] t\nReferences: <x>\n\nt\n"), V("reply;t;-;-;") },
	{ "reply with diff", V("Re: t\n\n" FILES "+n\n"), V("reply;" FILES "+n;-;-;") },
	{ "text", V("[1/2] t\n\nt\n"), V("reply;t;-;-;") },
	{ "nothing", V("[0/2] t\n\n \n"), V("empty;;-;-;") },
	{ "only a signature", V("Re: t\n\n-- \nA\n"), V("empty;;-;-;") },
	{ "underscores cut", V("Re: t\n\na\n__ \n_\nb\n"), V("reply;a\n__;-;-;") },
	{ "CR LF", V("t\r\n\r\na\r\nb\r\n" FILES "+x\r\n"), V("patch;a\nb;" FILES "+x\r\n;-;") },
	{ "cover letter with an interdiff (D25)", V("[0/2] t\n\nt\n" FILES "+n\n"),
	  V("cover;t\n" FILES "+n;-;-;") },
	{ "numbered 0 by mistake", V("[0/2] t\n\nt\n---\n" FILES "+n\n"),
	  V("patch;t\n---;" FILES "+n\n;-;") },
	{ "a line in the diff is not a separator", V("[0/2] t\n\n" FILES "+n\n---\n"),
	  V("patch;---;" FILES "+n\n;-;") },
	{ "a flowed diff (D17)",
	  V("t\nContent-Type: text/plain; format=flowed\n\na \nb\n" FILES "+n \nm\n"),
	  V("patch;a b;" FILES "+n m\n;-;") },
	{ "flowed text", V("t\nContent-Type: text/plain; format=flowed\n\na \nb\n"),
	  V("reply;a \nb;-;-;") },
	{ "relabelled (D16)", V("t\nContent-Type: application/octet-stream\n\nt\n" FILES "+n\n"),
	  V("patch;t;" FILES "+n\n;-;") },
	{ "relabelled, named", V("t\nContent-Type: application/octet-stream; name=\"\"\n\nt\n"),
	  V("empty;;-;-;") },
	{ "NUL", V("t\n\na\0b\n" FILES "+\0x\n"), V("patch;ab;" FILES "+x\n;-;") },
};

/* Each reference followed by `|`. */
static struct view references_of(struct arena *arena, struct view headers)
{
	struct builder raw = builder_init(arena), b = builder_init(arena),
		       again = builder_init(arena);
	const struct view *references;
	struct submission s;
	size_t count;

	builder_add(&raw, headers);
	builder_add(&raw, VIEW(HEAD "t\n\ntext\n"));
	s = read_mail(arena, builder_view(&raw));
	add_all(&b, s.references, s.reference_count);
	assert_int_equal(stored_references(arena, s.stored_headers, &references, &count), 0);
	add_all(&again, references, count);
	check_view("of the stored headers", builder_view(&again), builder_view(&b));
	return builder_view(&b);
}

static const struct check_case references[] = {
	{ "in reverse order", V("References: <a> <b>\n\t<c>\n"), V("<c>|<b>|<a>|") },
	{ "In-Reply-To", V("References: <a> <b>\nIn-Reply-To: <c> <d>\n"), V("<c>|<b>|<a>|") },
	{ "several", V("In-Reply-To: <a>\nReferences: <b>\nIn-Reply-To: <c>\nReferences: <d><e>\n"),
	  V("<a>|<c>|<b>|<e>|<d>|") },
	{ "without brackets", V("In-Reply-To: a b\nReferences: c d\n"), V("a b|") },
	{ "without brackets (D19)", V("In-Reply-To: a@b\nReferences: c@d e e@f\n\tg@h@i\n"),
	  V("<a@b>|<e@f>|<c@d>|") },
	{ "some without brackets", V("In-Reply-To: x a@b\nReferences: c@d <e@f>\n"),
	  V("x a@b|<e@f>|") },
	{ "each once", V("In-Reply-To: <a>\nReferences: <c> <a> <b> <c> <a> <b>\n"),
	  V("<a>|<b>|<c>|") },
};

static const struct {
	const char *name;
	size_t distinct, again, count;
	unsigned flaws;
} limits[] = {
	{ "the largest number", MSGID_REFERENCES_MAX, 0, MSGID_REFERENCES_MAX, 0 },
	{ "all twice", MSGID_REFERENCES_MAX, MSGID_REFERENCES_MAX, MSGID_REFERENCES_MAX, 0 },
	{ "too many repetitions", MSGID_REFERENCES_MAX, MSGID_REFERENCES_MAX + 1,
	  MSGID_REFERENCES_MAX, FLAW_TOO_MANY_REFERENCES },
	{ "one too many", MSGID_REFERENCES_MAX + 1, 0, MSGID_REFERENCES_MAX,
	  FLAW_TOO_MANY_REFERENCES },
	{ "far too many", 50000, 0, MSGID_REFERENCES_MAX, FLAW_TOO_MANY_REFERENCES },
};

static void reads_only_the_first_references(void **state)
{
	for (size_t i = 0; i < COUNT(limits); i++) {
		struct builder raw = builder_init(*state);
		struct submission s;
		char id[32];

		builder_add(&raw, VIEW("References:"));
		for (size_t n = limits[i].distinct + limits[i].again; n-- > 0;) {
			(void)snprintf(id, sizeof(id), "\n <%zu>", n % limits[i].distinct);
			builder_add(&raw, view_str(id));
		}
		builder_add(&raw, VIEW("\n" HEAD "t\n\ntext\n"));
		s = read_mail(*state, builder_view(&raw));
		check_number(limits[i].name, "references", s.reference_count, limits[i].count);
		check_number(limits[i].name, "flaws", s.flaws & FLAW_TOO_MANY_REFERENCES,
			     limits[i].flaws);
		check_view(limits[i].name, s.references[0], VIEW("<0>"));
	}
}

static void cuts_values_to_the_width_of_columns(void **state)
{
	static const struct view names[] = { V("From: a@b.c\nSubject: "), V("\nReferences: <"),
					     V(">\nMessage-Id: <") };
	struct builder raw = builder_init(*state);
	struct submission s;

	for (size_t i = 0; i < COUNT(names); i++) {
		builder_add(&raw, names[i]);
		builder_add(&raw, repeated(*state, VIEW("\xC3\xA4"), 300));
	}
	builder_add(&raw, VIEW(">\n\ntext\n"));
	s = read_mail(*state, builder_view(&raw));
	assert_int_equal(text_length(s.name), TEXT_COLUMN_CHARS);
	assert_int_equal(text_length(s.subject.name), 300);
	assert_int_equal(text_length(s.references[0]), TEXT_COLUMN_CHARS);
	assert_int_equal(text_length(s.msgid), TEXT_COLUMN_CHARS);
}

static void reads_the_other_fields(void **state)
{
	struct submission s =
		read_mail(*state, VIEW(HEAD "t\nDate: 1 Jan 1970 00:00:09 +0000\n"
					    "X-Patchwork-State:  New \n"
					    "X-Patchwork-Delegate: d@b.c\n"
					    "X-Patchwork-Action-Required:\n\n"
					    "a\n depends-on: <x>\nDEPENDS-ON:<2@b.c>\n"
					    "Depends-on: \n"));

	assert_true(s.has_date && s.date == 9 && s.action_required && s.flaws == 0);
	check_view("state", s.state, VIEW("New"));
	check_view("delegate", s.delegate, VIEW("d@b.c"));
	assert_int_equal(s.depends_count, 1);
	check_view("dependency", s.depends[0].msgid, VIEW("<2@b.c>"));
	s = read_mail(*state, VIEW(HEAD "t\n\na\n"));
	assert_true(!s.has_date && !s.action_required && s.flaws == FLAW_NO_DATE);
	assert_true(s.state.ptr == NULL && s.delegate.ptr == NULL && s.depends_count == 0);
}

static const struct {
	const char *name;
	const char *head;
	size_t bytes, ceiling;
	int opened, read;
} sizes[] = {
	{ "largest", HEAD "t\n\nK\xE4se", SUBMISSION_BYTES_MAX, SUBMISSION_ARENA_BYTES_MAX, 0, 0 },
	{ "one byte too large", HEAD "t\n\n", SUBMISSION_BYTES_MAX + 1, SUBMISSION_ARENA_BYTES_MAX,
	  FAULT_TOO_LARGE, 0 },
	{ "too large to open", HEAD "t\n\n", 1000, 16, FAULT_TOO_LARGE, 0 },
	{ "too large to read", HEAD "t\n\n", 100000, 50000, 0, FAULT_TOO_LARGE },
	{ "invalid sender", "From: a\nSubject: t\nMessage-Id: <1>\n\n", 1000, 50000, 0,
	  FAULT_BAD_SENDER },
};

static void reports_faults(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct arena *arena = arena_new(sizes[i].ceiling);
		char *raw = test_malloc(sizes[i].bytes);
		struct submission s;
		int r;

		memset(raw, 'x', sizes[i].bytes);
		memcpy(raw, sizes[i].head, strlen(sizes[i].head));
		r = submission_open(arena, view_of(raw, sizes[i].bytes), &s);
		check_number(sizes[i].name, "submission_open", (size_t)r, (size_t)sizes[i].opened);
		if (r == 0)
			r = submission_read(arena, &s, VIEW(""), VIEW(""));
		if (sizes[i].opened == 0)
			check_number(sizes[i].name, "submission_read", (size_t)r,
				     (size_t)sizes[i].read);
		arena_free(arena);
		test_free(raw);
	}
}

RUN(EACH(opened, open_mails), EACH(kind_of, kinds), EACH(references_of, references),
    TEST(reads_only_the_first_references), TEST(cuts_values_to_the_width_of_columns),
    TEST(reads_the_other_fields), TEST(reports_faults))
