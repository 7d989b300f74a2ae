/* test_decide - the decision about each message, in any order; see parser/decide/decide.h */
#include "tests/unit/thread.h"

/* ---- comments: `r>a` is on patch a, `r>>c` on cover letter c */

static void list_reply(struct arena *arena, GArray *list, const struct comment *comment)
{
	struct builder b = builder_init(arena);

	if (comment->parent == NULL)
		return;
	builder_add(&b, comment->msgid);
	builder_add(&b, comment_is_on_cover(comment) ? VIEW(">>") : VIEW(">"));
	builder_add(&b, comment->parent->msgid);
	thread_list_add(list, &b);
}

/* Messages of the last batch without a row. */
static void list_rest(struct arena *arena, GArray *list, const struct message *message)
{
	static const char *const names[] = {
		[VERDICT_DUPLICATE] = "duplicate",
		[VERDICT_WAITING] = "waits",
		[VERDICT_EMPTY] = "empty",
		[VERDICT_UNRELATED] = "unrelated",
		[VERDICT_HELD] = NULL,
		[VERDICT_NO_ROOM] = NULL,
	};
	struct builder b = builder_init(arena);

	if (names[message->verdict] == NULL)
		return;
	builder_add(&b, message->submission->msgid);
	builder_byte(&b, ' ');
	builder_add(&b, view_str(names[message->verdict]));
	thread_list_add(list, &b);
}

static struct view read_replies(struct arena *arena, struct view text)
{
	GArray *list = thread_list();
	const GPtrArray *comments, *messages;
	struct thread t;
	struct view answer;

	thread_init(&t, arena);
	thread_read(&t, text);
	comments = workset_comments(t.workset);
	messages = workset_messages(t.workset);
	for (guint i = 0; i < comments->len; i++)
		list_reply(arena, list, comments->pdata[i]);
	for (guint i = 0; i < messages->len; i++)
		list_rest(arena, list, messages->pdata[i]);
	answer = thread_join(arena, list);
	thread_done(&t);
	return answer;
}

#define A "p a 1 ada [1/2] one\n"
#define B "p b 2 ada [2/2] two\n"
#define C "c c 0 ada [0/2] all\n"

static const struct check_case parents[] = {
	{ "a patch", V(A "r r 3 bob Re: one < a"), V("r>a") },
	{ "a cover letter", V(C "r r 3 bob Re: all < c"), V("r>>c") },
	{ "the nearest patch", V(A B "r r 3 bob Re: one < b a"), V("r>b") },
	{ "a patch before a nearer cover letter", V(A C "r r 3 bob Re: one < c a"), V("r>a") },
	{ "by a comment", V(A "r r 3 bob Re: one < a\nr s 4 ada Re: one < r"), V("r>a; s>a") },
	{ "a comment on a patch before a cover letter",
	  V(A C "r r 3 bob Re: one < a\nr s 4 ada Re: one < c r"), V("r>a; s>a") },
	{ "its own id is ignored", V(A "r r 3 bob Re: one < r a"), V("r>a") },
	{ "only its own id", V(A "r r 3 bob Re: one < r"), V("r unrelated") },
	{ "no reference", V(A "r r 3 bob Hello"), V("r unrelated") },
	{ "a patch that looks like a cover letter",
	  V("p x 0 ada [0/1] with a diff\nr r 3 bob Re: it < x"), V("r>x") },
};

static const struct check_case moves[] = {
	{ "to a nearer patch", V(A "r r 3 bob Re: one < b a\n--\n" B), V("r>b") },
	{ "from a cover letter to a patch", V(C "r r 3 bob Re: one < c a\n--\n" A), V("r>a") },
	{ "with those below it", V(C "r r 3 bob Re: x < c a\nr s 4 ada Re: x < r\n--\n" A),
	  V("r>a; s>a") },
	{ "not to one farther away", V(A "r r 3 bob Re: one < a b\n--\n" B), V("r>a") },
	{ "not to a cover letter", V(A "r r 3 bob Re: one < c a\n--\n" C), V("r>a") },
	{ "by a comment that arrives", V(A B "r s 4 ada Re: x < r a\n--\nr r 3 bob Re: two < b"),
	  V("r>b; s>b") },
	{ "resolved again, its own id is ignored", V(A "r r 3 bob Re: one < r b a\n--\n" B),
	  V("r>b") },
};

static const struct check_case waits[] = {
	{ "for its parent", V("r r 3 bob Re: one < a"), V("r waits") },
	{ "until the parent arrives", V("r r 3 bob Re: one < a\n--\n" A), V("r>a") },
	{ "for another that waits", V("r s 4 ada Re: one < r\n--\nr r 3 bob Re: one < a"),
	  V("r waits; s waits") },
	{ "a chain is released",
	  V("r t 5 bob Re: one < s\n--\nr s 4 ada Re: one < r\n--\nr r 3 bob Re: one < a\n--\n" A),
	  V("r>a; s>a; t>a") },
	{ "dropped", V("r h 1 cyd Hello\n--\nr i 2 bob Re: Hello < h"), V("i unrelated") },
	{ "dropped, in one batch", V("r i 2 bob Re: Hello < h\nr h 1 cyd Hello"),
	  V("h unrelated; i unrelated") },
	{ "dropped when its parent is not stored",
	  V("r j 3 bob Re: Hello < i\n--\nr i 2 bob Re: Hello < h\n--\nr h 1 cyd Hello"),
	  V("h unrelated; i unrelated; j unrelated") },
	{ "still, for another parent", V("r i 2 bob Re: Hello < h a\n--\nr h 1 cyd Hello"),
	  V("h unrelated; i waits") },
	{ "not for an empty mail", V("e h 1 cyd Hello\n--\nr i 2 bob Re: Hello < h"),
	  V("i unrelated") },
	{ "in a cycle", V("r r 1 cyd Re: x < s\nr s 2 bob Re: x < r"), V("r waits; s waits") },
	{ "in a cycle, released", V("r r 1 cyd Re: x < s\nr s 2 bob Re: x < r a\n--\n" A),
	  V("r>a; s>a") },
	{ "in a cycle, the other one resolved first",
	  V("r s 2 bob Re: x < r a\nr r 1 cyd Re: x < s\n--\n" A), V("r>a; s>a") },
};

static const struct check_case twice[] = {
	{ "a patch", V(A "--\n" A), V("a duplicate") },
	{ "a patch in one batch", V(A A), V("a duplicate") },
	{ "a cover letter", V(C "--\n" C), V("c duplicate") },
	{ "a comment", V(A "r r 3 bob Re: one < a\n--\nr r 3 bob Re: one < a"),
	  V("r duplicate; r>a") },
	{ "a comment that has a nearer parent now",
	  V(A "r r 3 bob Re: one < b a\n--\n" B "r r 3 bob Re: one < b a"), V("r duplicate; r>b") },
	{ "a waiting reply", V("r r 3 bob Re: one < a\n--\nr r 3 bob Re: one < a"),
	  V("r duplicate; r waits") },
	{ "mail that is not stored", V("r h 3 bob Hello\n--\nr h 3 bob Hello"), V("h unrelated") },
};

/* ---- people: `ada=Ada`, `-` for null */

static struct view read_people(struct arena *arena, struct view text)
{
	GArray *list = thread_list();
	const GPtrArray *people;
	struct thread t;
	struct view answer;

	thread_init(&t, arena);
	thread_read(&t, text);
	people = workset_people(t.workset);
	for (guint i = 0; i < people->len; i++) {
		const struct person *person = people->pdata[i];
		struct builder b = builder_init(arena);

		if (!person->is_needed)
			continue;
		add_field(&b, person->email, '=');
		builder_add(&b, person->name.ptr != NULL ? person->name : VIEW("-"));
		thread_list_add(list, &b);
	}
	answer = thread_join(arena, list);
	thread_done(&t);
	return answer;
}

static const struct check_case people[] = {
	{ "no name", V("p a 1 ada one"), V("ada=-") },
	{ "an empty name", V("p a 1 ada= one"), V("ada=") },
	{ "an empty name after a missing one", V("p a 1 ada one\n--\np b 2 ada= two"), V("ada=") },
	{ "a missing name after an empty one", V("p a 1 ada= one\n--\np b 2 ada two"), V("ada=") },
	{ "a name after an empty name", V("p a 1 ada= one\n--\np b 2 ada=Ada two"), V("ada=Ada") },
	{ "a name, then an empty and a missing one",
	  V("p a 1 ada=Ada one\n--\np b 2 ada= two\np d 3 ada it"), V("ada=Ada") },
	{ "the later name", V("p a 1 ada=Ada one\n--\np b 2 ada=Bea two"), V("ada=Bea") },
	{ "not the earlier one", V("p a 2 ada=Ada one\n--\np b 1 ada=Bea two"), V("ada=Ada") },
	{ "of the same date, by message id", V("p b 1 ada=Bea one\n--\np a 1 ada=Ada two"),
	  V("ada=Bea") },
	{ "of the same date, by message id, the other way",
	  V("p a 1 ada=Ada one\n--\np b 1 ada=Bea two"), V("ada=Bea") },
	{ "a repeated name has the date of its last mail",
	  V("p a 1 ada=Ada one\n--\np b 3 ada=Ada two\n--\np d 2 ada=Bea it"), V("ada=Ada") },
	{ "the address in other case", V("p a 1 Ada one\n--\np b 2 aDA=Ada two"), V("Ada=Ada") },
	{ "mail that waits makes no person", V("r r 3 bob=Bob Re: one < a"), V("") },
	{ "mail that is not stored makes no person", V("r r 3 bob=Bob Hello"), V("") },
	{ "a duplicate does not rename", V("p a 1 ada=Ada one\n--\np a 9 ada=Bea one"),
	  V("ada=Ada") },
	{ "a released reply counts by its own date",
	  V("r r 9 bob=Rob Re: one < a\np b 10 bob=Bob [2/2] two\n--\n" A), V("ada=-; bob=Bob") },
	{ "a person with an account keeps the name",
	  V("p a 1 ada=Ada one\n--\nuser ada\np b 2 ada=Bea two"), V("ada=Ada") },
};

/* ---- references of a comment */

/* For each comment, the number of its references that can still change its parent. */
static struct view read_msgref_counts(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);
	const GPtrArray *comments;
	struct thread t;

	thread_init(&t, arena);
	thread_read(&t, text);
	comments = workset_comments(t.workset);
	for (guint i = 0; i < comments->len; i++) {
		struct comment *comment = comments->pdata[i];

		builder_add(&b, comment->msgid);
		add_number(&b, "", (int64_t)decide_msgref_count(t.workset, comment));
	}
	thread_done(&t);
	return builder_view(&b);
}

static const struct check_case msgrefs[] = {
	{ "on the nearest parent, none", V(A "r r 3 bob Re: x < a c"), V("r0") },
	{ "references nearer than the parent", V(A "r r 3 bob Re: x < y z a c"), V("r2") },
	{ "the comment that led to the parent may move",
	  V(A "r r 3 bob Re: x < a\nr s 3 bob Re: x < r a"), V("r0s1") },
	{ "on a cover letter, all references", V(C "r r 3 bob Re: x < c a"), V("r2") },
	{ "its own id is skipped", V(A "r r 3 bob Re: x < r z a"), V("r2") },
};

RUN(EACH(read_replies, parents), EACH(read_replies, moves), EACH(read_replies, waits),
    EACH(read_replies, twice), EACH(read_people, people), EACH(read_msgref_counts, msgrefs))
