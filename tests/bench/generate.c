/*
 * generate - a seeded archive of a kernel-like list, for `make bench`
 *
 * usage: generate [COUNT [SEED]] >archive.mbox
 *
 * Writes COUNT messages (40,000) as mboxrd.  Threads begin at random times, at about 150 messages a
 * day.  Most are series of 1 to 20 patches with cover letters, sent again as v2 to v4 with the tags
 * that they were given; reviews reply to them and to each other after minutes to days; the rest is
 * discussion.  Mail is in order of arrival, which is nearly that of the dates.  The same COUNT and
 * SEED give the same bytes; a larger COUNT begins like a smaller one, except for its people.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/body.h"
#include "tests/bench/envelope.h"
#include "tests/bench/people.h"
#include "tests/bench/words.h"

#define COUNT_DEFAULT   40000
#define COUNT_MAX       100000000
#define SEED_DEFAULT    1
#define BEGINNING       INT64_C(1704096000) /* 2024-01-01 08:00 UTC */
#define THREAD_GAP_SECS 4700
#define REFERENCES_MAX  20
#define PEOPLE_MIN      60
#define PEOPLE_MAX      700
#define SERIES_MAX      20
#define VERSIONS_MAX    4
#define DAY_SECS        86400

/* The mean number of replies to a mail. */
#define REPLIES_TO_PATCH  0.31
#define REPLIES_TO_SINGLE 0.7
#define REPLIES_TO_COVER  1.0
#define REPLIES_TO_REPLY  0.34
#define REPLIES_TO_TALK   1.2

/* One for each series; they are kept until the end, because late replies may add tags. */
struct series {
	const struct person *author;
	const struct subsystem *about;
	const struct person *cc[ENVELOPE_CC_MAX];
	int cc_count;
	int total;
	int version;
	bool has_cover;
	bool by_b4;
	char *slug;         /* for message ids of b4 */
	const char *prefix; /* "PATCH net-next" */
	char *title;        /* of the cover letter */
	char **titles;      /* of the patches, terminated by NULL */
	guint32 *seeds;     /* of the diffs */
	GString **tags;     /* given to each patch by reviewers */
	char *root;         /* message id of the last version's first mail */
};

enum kind {
	KIND_PATCH,
	KIND_COVER,
	KIND_REPLY,
	KIND_TALK,
};

/* A mail that will get replies. */
struct parent {
	struct letter letter;
	enum kind kind;
	enum kind root; /* of the first mail of its thread */
	const struct subsystem *about;
	struct series *series; /* NULL in talk */
	int patch;             /* index in the series, -1 if it is not a patch */
	int replies_due;
};

enum what {
	WHAT_THREAD,
	WHAT_VERSION,
	WHAT_REPLY,
};

struct event {
	int64_t date;
	enum what what;
	struct series *series;
	struct parent *parent;
};

struct outgoing {
	int64_t arrival;
	GString *mail;
};

struct list {
	GRand *dice;
	GPtrArray *people;
	GSequence *events;
	GSequence *outgoing;
	int64_t count, written;
};

/* ---- people */

/* A few people write most of the mail. */
static const struct person *anybody(struct list *list)
{
	double place = g_rand_double(list->dice);

	return list->people->pdata[(guint)(place * place * place * list->people->len)];
}

static int choose_cc(struct list *list, const struct person **cc)
{
	int count = words_at_most(1 + words_count(list->dice, 2.5), ENVELOPE_CC_MAX);

	for (int i = 0; i < count; i++)
		cc[i] = anybody(list);
	return count;
}

/* ---- sending */

static int compare_events(gconstpointer a, gconstpointer b, gpointer unused)
{
	const struct event *x = a, *y = b;

	(void)unused;
	return (x->date > y->date) - (x->date < y->date);
}

static int compare_outgoing(gconstpointer a, gconstpointer b, gpointer unused)
{
	const struct outgoing *x = a, *y = b;

	(void)unused;
	return (x->arrival > y->arrival) - (x->arrival < y->arrival);
}

static void schedule(struct list *list, int64_t date, enum what what, struct series *series,
		     struct parent *parent)
{
	struct event *event = g_new(struct event, 1);

	*event = (struct event){ date, what, series, parent };
	(void)g_sequence_insert_sorted(list->events, event, compare_events, NULL);
}

static double mean_replies(const struct parent *parent)
{
	switch (parent->kind) {
	case KIND_PATCH:
		return parent->series->total == 1 ? REPLIES_TO_SINGLE : REPLIES_TO_PATCH;
	case KIND_COVER:
		return REPLIES_TO_COVER;
	case KIND_REPLY:
		return REPLIES_TO_REPLY;
	case KIND_TALK:
		return REPLIES_TO_TALK;
	}
	return 0;
}

static void parent_free(struct parent *parent)
{
	g_free(parent->letter.msgid);
	g_free(parent->letter.subject);
	g_free(parent->letter.references);
	g_string_free(parent->letter.body, TRUE);
	g_free(parent);
}

/* Most mail takes seconds, some takes minutes or hours. */
static int64_t travel(GRand *dice)
{
	return (int64_t)(words_chance(dice, 0.01) ? words_spread(dice, 1200, 1.2)
						  : words_spread(dice, 4, 0.5));
}

/* Takes ownership of `parent`, which is freed after its last reply, possibly in this call. */
static void send(struct list *list, struct parent *parent)
{
	struct outgoing *outgoing = g_new(struct outgoing, 1);
	GRand *dice = list->dice;

	parent->letter.arrival = parent->letter.date + travel(dice);
	outgoing->arrival = parent->letter.arrival;
	outgoing->mail = g_string_sized_new(16384);
	envelope_write(dice, &parent->letter, outgoing->mail);
	(void)g_sequence_insert_sorted(list->outgoing, outgoing, compare_outgoing, NULL);

	parent->replies_due = words_count(dice, mean_replies(parent));
	for (int i = 0; i < parent->replies_due; i++) {
		double hours = words_spread(dice, 6, 1.6);

		schedule(list,
			 parent->letter.date + 60 + (int64_t)(MIN(hours * 3600, 25.0 * DAY_SECS)),
			 WHAT_REPLY, NULL, parent);
	}
	if (parent->replies_due == 0)
		parent_free(parent);
}

static char *make_msgid(GRand *dice, const struct person *from, int64_t date)
{
	GString *id = g_string_new("<");

	switch (words_range(dice, 0, 2)) {
	case 0:
		g_string_append(id, "CA");
		words_hex(dice, id, 48);
		g_string_append(id, "@mail.");
		break;
	case 1:
		words_hex(dice, id, 8);
		g_string_append_c(id, '-');
		words_hex(dice, id, 4);
		g_string_append_c(id, '-');
		words_hex(dice, id, 12);
		g_string_append_c(id, '@');
		break;
	default:
		g_string_append_printf(id, "%" G_GINT64_FORMAT ".GA", date);
		words_hex(dice, id, 8);
		g_string_append(id, "@laptop.");
	}
	g_string_append_printf(id, "%s>", from->host);
	return g_string_free(id, FALSE);
}

/* ---- series */

static struct series *make_series(struct list *list)
{
	static const char *const prefixes[] = { "PATCH",          "PATCH",     "PATCH",
						"PATCH",          "PATCH",     "PATCH",
						"PATCH net-next", "PATCH RFC", "PATCH bench" };
	GRand *dice = list->dice;
	struct series *series = g_new0(struct series, 1);
	GString *slug = g_string_new(NULL), *title = g_string_new(NULL);

	series->author = anybody(list);
	series->about = words_subsystem(dice);
	series->cc_count = choose_cc(list, series->cc);
	series->total =
		words_chance(dice, 0.58) ? 1 : words_at_most(2 + words_count(dice, 4), SERIES_MAX);
	series->has_cover = series->total > 1 && words_chance(dice, 0.88);
	series->by_b4 = words_chance(dice, 0.3);
	series->prefix = WORDS_PICK(dice, prefixes);
	series->titles = g_new0(char *, (gsize)series->total + 1);
	series->seeds = g_new0(guint32, (gsize)series->total);
	series->tags = g_new0(GString *, (gsize)series->total);
	for (int i = 0; i < series->total; i++) {
		GString *patch_title = g_string_new(NULL);

		body_title(dice, series->about, patch_title);
		series->titles[i] = g_string_free(patch_title, FALSE);
		series->seeds[i] = g_rand_int(dice);
		series->tags[i] = g_string_new(NULL);
	}
	words_form(dice, series->about, slug, "%p-%v-%n-%w");
	series->slug = g_string_free(slug, FALSE);
	body_title(dice, series->about, title);
	series->title = g_string_free(title, FALSE);
	return series;
}

static char *series_subject(const struct series *series, int number)
{
	g_autofree char *version =
		series->version > 1 ? g_strdup_printf(" v%d", series->version) : g_strdup("");
	int width = series->total > 9 ? 2 : 1;

	if (series->total == 1)
		return g_strdup_printf("[%s%s] %s", series->prefix, version, series->titles[0]);
	return g_strdup_printf("[%s%s %0*d/%d] %s", series->prefix, version, width, number,
			       series->total,
			       number == 0 ? series->title : series->titles[number - 1]);
}

static struct parent *series_mail(struct list *list, struct series *series, int number,
				  int64_t date, const char *stamp)
{
	struct parent *mail = g_new0(struct parent, 1);
	struct letter *letter = &mail->letter;

	mail->kind = mail->root = number == 0 ? KIND_COVER : KIND_PATCH;
	mail->series = series;
	mail->about = series->about;
	mail->patch = number - 1;
	letter->from = series->author;
	memcpy(letter->cc, series->cc, sizeof(letter->cc));
	letter->cc_count = series->cc_count;
	letter->date = date;
	letter->by_git = true;
	letter->subject = series_subject(series, number);
	letter->msgid =
		series->by_b4
			? g_strdup_printf("<%s-%s-v%d-%d-%.12s@%s>", stamp, series->slug,
					  series->version, number, stamp, series->author->host)
			: g_strdup_printf("<%s-%d-%s>", stamp, number + 1, series->author->email);
	letter->body = g_string_new(NULL);
	if (number == 0)
		body_cover(list->dice, series->about, series->author->address, series->titles,
			   series->version, letter->body);
	else
		body_patch(list->dice, series->about, series->seeds[number - 1],
			   series->author->address, series->tags[number - 1]->str, series->version,
			   letter->body);
	return mail;
}

static void send_series(struct list *list, struct series *series, int64_t date)
{
	g_autofree char *stamp = g_strdup_printf("%" G_GINT64_FORMAT "%06d", date,
						 words_range(list->dice, 0, 999999));
	g_autofree char *before = words_chance(list->dice, 0.25) ? g_strdup(series->root) : NULL;

	for (int i = series->has_cover ? 0 : 1; i <= series->total; i++) {
		struct parent *mail = series_mail(list, series, i, date++, stamp);

		if (i == (series->has_cover ? 0 : 1)) {
			g_free(series->root);
			series->root = g_strdup(mail->letter.msgid);
			mail->letter.references = g_strdup(before);
		} else {
			mail->letter.references =
				before != NULL ? g_strdup_printf("%s %s", before, series->root)
					       : g_strdup(series->root);
		}
		send(list, mail);
	}
}

/* The author has revised the series: half of the patches have changed. */
static void send_version(struct list *list, struct series *series, int64_t date)
{
	series->version++;
	for (int i = 0; i < series->total && series->version > 1; i++)
		if (words_chance(list->dice, 0.5))
			series->seeds[i] = g_rand_int(list->dice);
	send_series(list, series, date);
	if (series->version < VERSIONS_MAX && words_chance(list->dice, 0.42))
		schedule(list, date + (int64_t)(words_spread(list->dice, 5, 0.8) * DAY_SECS),
			 WHAT_VERSION, series, NULL);
}

/* ---- talk */

static struct parent *talk(struct list *list, int64_t date)
{
	struct parent *mail = g_new0(struct parent, 1);
	GString *subject = g_string_new(NULL);

	mail->kind = mail->root = KIND_TALK;
	mail->about = words_subsystem(list->dice);
	mail->patch = -1;
	mail->letter.from = anybody(list);
	mail->letter.cc_count = choose_cc(list, mail->letter.cc);
	mail->letter.date = date;
	mail->letter.msgid = make_msgid(list->dice, mail->letter.from, date);
	words_form(list->dice, mail->about, subject, "%w %n %w in %p_%v_%n %w");
	mail->letter.subject = g_string_free(subject, FALSE);
	mail->letter.body = g_string_new(NULL);
	body_talk(list->dice, mail->about, mail->letter.from->address, mail->letter.body);
	return mail;
}

/* A reply to a mail that is not in the archive. */
static void make_orphan(struct list *list, struct parent *mail)
{
	g_autofree char *subject = mail->letter.subject;

	mail->letter.subject = g_strdup_printf("Re: [PATCH] %s", subject);
	mail->letter.references = make_msgid(list->dice, anybody(list), mail->letter.date - 9999);
}

/* ---- replies */

/* `references` and `msgid`; from REFERENCES_MAX on, the second one is left out for each new one. */
static char *more_references(const char *references, const char *msgid)
{
	g_auto(GStrv) ids = NULL;
	g_autofree char *rest = NULL;

	if (references == NULL)
		return g_strdup(msgid);
	ids = g_strsplit(references, " ", -1);
	if (g_strv_length(ids) < REFERENCES_MAX)
		return g_strdup_printf("%s %s", references, msgid);
	rest = g_strjoinv(" ", ids + 2);
	return g_strdup_printf("%s %s %s", ids[0], rest, msgid);
}

/* The author replies to reviews; others reply to the rest. */
static const struct person *choose_replier(struct list *list, const struct parent *parent)
{
	const struct letter *to = &parent->letter;

	if (parent->kind == KIND_REPLY && parent->series != NULL &&
	    to->from != parent->series->author && words_chance(list->dice, 0.6))
		return parent->series->author;
	if (to->cc_count > 0 && words_chance(list->dice, 0.6))
		return to->cc[words_range(list->dice, 0, to->cc_count - 1)];
	return anybody(list);
}

static char *make_tag(struct list *list, const struct parent *parent, const struct person *from)
{
	static const char *const tags[] = { "Reviewed-by", "Reviewed-by", "Reviewed-by", "Acked-by",
					    "Tested-by" };
	char *tag;

	if (parent->series == NULL || from == parent->series->author ||
	    !words_chance(list->dice, parent->kind == KIND_REPLY ? 0.1 : 0.42))
		return NULL;
	tag = g_strdup_printf("%s: %s\n", WORDS_PICK(list->dice, tags), from->address);
	for (int i = 0; i < parent->series->total; i++)
		if (parent->patch == i || (parent->patch < 0 && parent->kind == KIND_COVER))
			g_string_append(parent->series->tags[i], tag);
	return tag;
}

static void reply_cc(const struct letter *to, struct letter *letter)
{
	letter->cc[letter->cc_count++] = to->from;
	for (int i = 0; i < to->cc_count && letter->cc_count < ENVELOPE_CC_MAX; i++)
		if (to->cc[i] != letter->from && to->cc[i] != to->from)
			letter->cc[letter->cc_count++] = to->cc[i];
}

static void reply(struct list *list, struct parent *parent, int64_t date)
{
	const struct letter *to = &parent->letter;
	struct parent *mail = g_new0(struct parent, 1);
	struct letter *letter = &mail->letter;
	g_autofree char *when = envelope_date(to->date, to->from->zone_min), *tag = NULL;
	g_autofree char *attribution = g_strdup_printf("On %s, %s wrote:", when, to->from->address);

	mail->kind = KIND_REPLY;
	mail->root = parent->root;
	mail->about = parent->about;
	mail->series = parent->series;
	mail->patch = parent->patch;
	letter->from = choose_replier(list, parent);
	reply_cc(to, letter);
	letter->date = date;
	letter->msgid = make_msgid(list->dice, letter->from, date);
	letter->subject = g_str_has_prefix(to->subject, "Re: ")
				  ? g_strdup(to->subject)
				  : g_strdup_printf("Re: %s", to->subject);
	letter->references = more_references(to->references, to->msgid);
	letter->body = g_string_new(NULL);
	tag = make_tag(list, parent, letter->from);
	body_reply(list->dice, mail->about, attribution, to->body->str, tag, letter->from->address,
		   letter->body);
	if (--parent->replies_due == 0)
		parent_free(parent);
	send(list, mail);
}

/* ---- time */

static void begin_thread(struct list *list, int64_t date)
{
	double place = g_rand_double(list->dice);

	schedule(list, date + 1 + (int64_t)words_spread(list->dice, THREAD_GAP_SECS * 0.6, 1),
		 WHAT_THREAD, NULL, NULL);
	if (place < 0.72) {
		send_version(list, make_series(list), date);
	} else {
		struct parent *mail = talk(list, date);

		if (place > 0.97)
			make_orphan(list, mail);
		send(list, mail);
	}
}

static void happen(struct list *list, struct event *event)
{
	switch (event->what) {
	case WHAT_THREAD:
		begin_thread(list, event->date);
		break;
	case WHAT_VERSION:
		send_version(list, event->series, event->date);
		break;
	case WHAT_REPLY:
		reply(list, event->parent, event->date);
		break;
	}
}

static void outgoing_free(gpointer pointer)
{
	struct outgoing *outgoing = pointer;

	g_string_free(outgoing->mail, TRUE);
	g_free(outgoing);
}

/* Write all mail that had arrived by `date`. */
static int deliver(struct list *list, int64_t date)
{
	while (list->written < list->count && !g_sequence_is_empty(list->outgoing)) {
		GSequenceIter *first = g_sequence_get_begin_iter(list->outgoing);
		const struct outgoing *outgoing = g_sequence_get(first);
		const GString *mail = outgoing->mail;

		if (outgoing->arrival >= date)
			break;
		if (fwrite(mail->str, 1, mail->len, stdout) != mail->len)
			return -errno;
		g_sequence_remove(first);
		list->written++;
	}
	return 0;
}

static int run(struct list *list)
{
	int r = 0;

	schedule(list, BEGINNING, WHAT_THREAD, NULL, NULL);
	while (list->written < list->count && r == 0) {
		GSequenceIter *first = g_sequence_get_begin_iter(list->events);
		struct event event = *(struct event *)g_sequence_get(first);

		g_sequence_remove(first);
		r = deliver(list, event.date);
		happen(list, &event);
	}
	if (r == 0 && fflush(stdout) != 0)
		r = -errno;
	return r;
}

int main(int argc, char **argv)
{
	long long count = argc > 1 ? strtoll(argv[1], NULL, 10) : COUNT_DEFAULT;
	long long seed = argc > 2 ? strtoll(argv[2], NULL, 10) : SEED_DEFAULT;
	struct list list = { .count = count };
	int people = (int)CLAMP(count / 60, PEOPLE_MIN, PEOPLE_MAX), r;

	if (argc > 3 || count < 1 || count > COUNT_MAX) {
		fputs("usage: generate [COUNT [SEED]] >archive.mbox\n", stderr);
		return 2;
	}
	list.dice = g_rand_new_with_seed((guint32)seed);
	list.people = g_ptr_array_new();
	for (int i = 0; i < people; i++)
		g_ptr_array_add(list.people, people_make(list.dice, i));
	list.events = g_sequence_new(g_free);
	list.outgoing = g_sequence_new(outgoing_free);
	r = run(&list);
	if (r != 0)
		fprintf(stderr, "generate: %s\n", strerror(-r));
	return r == 0 ? 0 : 1;
}
