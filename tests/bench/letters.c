/* letters - the mail by which the daemon is measured; see letters.h */
#include "tests/bench/letters.h"

#include <string.h>

#include "tests/bench/body.h"
#include "tests/bench/envelope.h"
#include "tests/bench/people.h"

#define PEOPLE         200
#define SERIES_MAX     4
#define BEGINNING      INT64_C(1704096000) /* 2024-01-01 08:00 UTC */
#define GAP_SECS       60
#define PARENTS_MAX    2000 /* the last letters, to which replies are sent */
#define REPLIES_TO_ONE 2    /* replies for each patch */

struct writer {
	GRand *dice;
	struct person *people[PEOPLE];
	struct letter parents[PARENTS_MAX]; /* in turn */
	int count;                          /* number of letters so far */
	int patches;
	/* The series that is currently sent: */
	const struct person *author;
	const struct subsystem *about;
	int number, total;
	char *first; /* message id of its first patch */
};

static void forget(struct letter *letter)
{
	g_free(letter->msgid);
	g_free(letter->subject);
	g_free(letter->references);
	if (letter->body != NULL)
		g_string_free(letter->body, TRUE);
	*letter = (struct letter){ .body = NULL };
}

static const struct person *anybody(struct writer *writer)
{
	return writer->people[words_range(writer->dice, 0, PEOPLE - 1)];
}

static void begin_series(struct writer *writer)
{
	writer->author = anybody(writer);
	writer->about = words_subsystem(writer->dice);
	writer->number = 0;
	writer->total = words_range(writer->dice, 1, SERIES_MAX);
	g_clear_pointer(&writer->first, g_free);
}

static void write_patch(struct writer *writer, struct letter *letter)
{
	GString *subject = g_string_new(NULL);

	if (writer->number == writer->total)
		begin_series(writer);
	writer->number++;
	writer->patches++;
	if (writer->total == 1)
		g_string_append(subject, "[PATCH] ");
	else
		g_string_append_printf(subject, "[PATCH %d/%d] ", writer->number, writer->total);
	body_title(writer->dice, writer->about, subject);
	letter->from = writer->author;
	letter->subject = g_string_free(subject, FALSE);
	letter->references = g_strdup(writer->first);
	letter->by_git = true;
	body_patch(writer->dice, writer->about, g_rand_int(writer->dice), writer->author->address,
		   "", 1, letter->body);
	if (writer->first == NULL)
		writer->first = g_strdup(letter->msgid);
}

static void write_reply(struct writer *writer, const struct letter *to, struct letter *letter)
{
	g_autofree char *when = envelope_date(to->date, to->from->zone_min);
	g_autofree char *attribution = g_strdup_printf("On %s, %s wrote:", when, to->from->address);
	g_autofree char *tag = NULL;
	bool is_first = !g_str_has_prefix(to->subject, "Re: ");

	letter->from = anybody(writer);
	letter->subject = g_strdup_printf("%s%s", is_first ? "Re: " : "", to->subject);
	letter->references = to->references != NULL
				     ? g_strdup_printf("%s %s", to->references, to->msgid)
				     : g_strdup(to->msgid);
	if (words_chance(writer->dice, 0.3))
		tag = g_strdup_printf("Reviewed-by: %s\n", letter->from->address);
	body_reply(writer->dice, words_subsystem(writer->dice), attribution, to->body->str, tag,
		   letter->from->address, letter->body);
}

/* One of the letters that are old enough and still in `parents`. */
static const struct letter *parent(struct writer *writer)
{
	int last = writer->count - LETTERS_APART, first = MAX(writer->count + 1 - PARENTS_MAX, 0);

	return &writer->parents[words_range(writer->dice, first, last) % PARENTS_MAX];
}

static GString *write_letter(struct writer *writer)
{
	struct letter *letter = &writer->parents[writer->count % PARENTS_MAX];
	GString *mail = g_string_sized_new(16384);
	bool has_parents = writer->count >= LETTERS_APART;
	int replies = writer->count - writer->patches;

	forget(letter);
	letter->date = BEGINNING + (int64_t)writer->count * GAP_SECS;
	letter->arrival = letter->date + 2;
	letter->msgid = g_strdup_printf("<%d.%x@bench.example.org>", writer->count,
					g_rand_int(writer->dice));
	letter->body = g_string_new(NULL);
	if (has_parents && replies < writer->patches * REPLIES_TO_ONE &&
	    writer->number == writer->total)
		write_reply(writer, parent(writer), letter);
	else
		write_patch(writer, letter);
	envelope_write(writer->dice, letter, mail);
	writer->count++;
	return mail;
}

/* From mboxrd to the form of a mail server: without separator and quoting. */
static void take_out_of_mbox(GString *mail)
{
	char *from = strchr(mail->str, '\n') + 1, *to = mail->str, *end;

	for (; *from != '\0'; from = end) {
		end = strchr(from, '\n') + 1;
		if (*from == '>' && g_str_has_prefix(from + strspn(from, ">"), "From "))
			from++;
		memmove(to, from, (size_t)(end - from));
		to += end - from;
	}
	/* The empty line at the end is removed, too. */
	g_string_truncate(mail, (gsize)(to - mail->str - 1));
}

GPtrArray *letters_make(int count, guint32 seed)
{
	struct writer *writer = g_new0(struct writer, 1);
	GPtrArray *letters = g_ptr_array_new();

	writer->dice = g_rand_new_with_seed(seed);
	for (int i = 0; i < PEOPLE; i++) {
		writer->people[i] = people_make(writer->dice, i);
		writer->people[i]->encoding = ENCODING_PLAIN;
	}
	for (int i = 0; i < count; i++) {
		GString *mail = write_letter(writer);

		take_out_of_mbox(mail);
		g_ptr_array_add(letters, mail);
	}
	for (int i = 0; i < PARENTS_MAX; i++)
		forget(&writer->parents[i]);
	g_rand_free(writer->dice);
	g_free(writer->first);
	g_free(writer);
	return letters;
}
