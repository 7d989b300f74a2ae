/*
 * test_series - the series of patches and cover letters, in any order; see parser/decide/series.h
 */
#include "parser/decide/order.h"
#include "tests/unit/thread.h"

/* ---- canonical order */

static struct view read_order(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);
	GPtrArray *items = g_ptr_array_new();
	const GPtrArray *all;
	struct thread t;

	thread_init(&t, arena);
	thread_read(&t, text);
	all = workset_items(t.workset);
	for (guint i = all->len; i > 0; i--)
		g_ptr_array_add(items, all->pdata[i - 1]);
	order_items(items);
	for (guint i = 0; i < items->len; i++)
		builder_add(&b, ((struct item *)items->pdata[i])->msgid);
	g_ptr_array_unref(items);
	thread_done(&t);
	return builder_view(&b);
}

static const struct check_case orders[] = {
	{ "by date", V("p a 9 ada x\np b 5 ada x\np c 7 ada x"), V("bca") },
	{ "then by id", V("p b 5 ada x\np aa 5 ada x\np a 5 ada x"), V("aaab") },
	{ "after the item that it refers to", V("p a 5 ada x < b\np b 9 ada x"), V("ba") },
	{ "through a chain", V("p a 1 ada x < b\np b 2 ada x < c\np c 3 ada x"), V("cba") },
	{ "a missing reference does not matter", V("p a 5 ada x < z\np b 4 ada x < y"), V("ba") },
	{ "a reference to its own id does not matter", V("p a 5 ada x < a\np b 6 ada x < b a"),
	  V("ab") },
	{ "after a common reference, by date",
	  V("p a 1 ada x < c\np b 2 ada x < c\np c 3 ada x\np d 4 ada x"), V("cabd") },
	{ "a cycle begins with its least item",
	  V("p a 9 ada x < b\np b 5 ada x < c\np c 7 ada x < a"), V("bac") },
	{ "equal dates in a cycle", V("p b 5 ada x < a\np a 5 ada x < b"), V("ab") },
	{ "two cycles", V("p a 1 ada x < b\np b 2 ada x < a\np c 3 ada x < d\np d 4 ada x < c"),
	  V("abcd") },
};

/* The position of each item: `b, a after b by 1` if a is one position after b. */
static struct view read_positions(struct arena *arena, struct view text)
{
	GPtrArray *items = g_ptr_array_new();
	struct builder b = builder_init(arena);
	const GPtrArray *all;
	struct thread t;

	thread_init(&t, arena);
	thread_read(&t, text);
	all = workset_items(t.workset);
	for (guint i = 0; i < all->len; i++)
		g_ptr_array_add(items, all->pdata[i]);
	order_items(items);
	order_positions(items);
	for (guint i = 0; i < items->len; i++) {
		const struct item *item = items->pdata[i];

		builder_add(&b, i > 0 ? VIEW(", ") : VIEW(""));
		builder_add(&b, item->msgid);
		if (item->anchor == NULL)
			continue;
		builder_add(&b, VIEW(" after "));
		builder_add(&b, item->anchor->msgid);
		add_number(&b, " by ", (int64_t)item->offset);
	}
	g_ptr_array_unref(items);
	thread_done(&t);
	return builder_view(&b);
}

static const struct check_case positions[] = {
	{ "mail in order has its own position", V("p a 5 ada x\np b 6 ada x < a\np c 7 ada x < b"),
	  V("a, b, c") },
	{ "an item before the one that it refers to", V("p a 5 ada x < b\np b 9 ada x"),
	  V("b, a after b by 1") },
	{ "items that refer to such an item",
	  V("p a 5 ada x < b\np b 9 ada x\np c 7 ada x < a\np d 6 ada x < a"),
	  V("b, a after b by 1, d after b by 2, c after b by 3") },
	{ "a later item that refers to such an item",
	  V("p a 5 ada x < b\np b 9 ada x\np c 10 ada x < a"), V("b, a after b by 1, c") },
	{ "equal dates, by id", V("p a 5 ada x < b\np b 5 ada x"), V("b, a after b by 1") },
	{ "the least item of a cycle has its own position",
	  V("p a 5 ada x < b\np b 9 ada x < a\np c 7 ada x < b"), V("a, b, c after b by 1") },
};

/* ---- grouping; each case is also run as one batch (see below) */

static struct view list_series(struct arena *arena, const struct workset *workset)
{
	const GPtrArray *all = workset_series(workset);
	GArray *list = thread_list();

	for (guint i = 0; i < all->len; i++) {
		struct builder b = builder_init(arena);

		if (!thread_is_stored(all->pdata[i]))
			continue;
		add_series(&b, all->pdata[i]);
		thread_list_add(list, &b);
	}
	return thread_join(arena, list);
}

static struct view read_series(struct arena *arena, struct view text)
{
	struct thread t;
	struct view answer;

	thread_init(&t, arena);
	thread_read(&t, text);
	answer = list_series(arena, t.workset);
	thread_done(&t);
	return answer;
}

#define C     "c c 0 ada [PATCH 0/2] all\n"
#define A     "p a 1 ada [PATCH 1/2] one < c\n"
#define B     "p b 2 ada [PATCH 2/2] two < c\n"
#define WHOLE "v1/2 all (c) 1:a 2:b"

static const struct check_case grouped[] = {
	{ "by reference", V(C A B), V(WHOLE) },
	{ "without a marker", V("p a 0 ada [RFC] one\np b 0 ada two"),
	  V("v1/1 [RFC] one 1:a; v1/1 two 1:b") },
	{ "without a marker, in reply", V(A "p b 3 ada two < a"),
	  V("v1/1 two 1:b; v1/2 [1/2] one 1:a") },
	{ "by a reference to a message that never came", V(A B), V("v1/2 [1/2] one 1:a 2:b") },
	{ "by marker", V("p a 0 ada [1/2] one\np b 20 ada [2/2] two"),
	  V("v1/2 [1/2] one 1:a 2:b") },
	{ "by marker, too late", V("p a 0 ada [1/2] one\np b 21 ada [2/2] two"),
	  V("v1/2 - 2:b; v1/2 [1/2] one 1:a") },
	{ "another person", V("p a 0 ada [1/2] one\np b 0 bob [2/2] two"),
	  V("v1/2 - 2:b; v1/2 [1/2] one 1:a") },
	{ "the person in other case", V("p a 0 ada [1/2] one\np b 0 ADA [2/2] two"),
	  V("v1/2 [1/2] one 1:a 2:b") },
	{ "another total", V("p a 0 ada [1/2] one\np b 0 ada [2/3] two"),
	  V("v1/2 [1/2] one 1:a; v1/3 - 2:b") },
	{ "the number is taken", V(C A B "p d 3 ada [1/2] uno < c"),
	  V("v1/2 [1/2] uno 1:d; " WHOLE) },
	{ "the number is taken, the marker is not used",
	  V("p a 0 ada [1/2] one\np b 1 ada [1/2] uno\np d 2 ada [1/2] un < b\n"
	    "p e 3 ada [2/2] deux < d"),
	  V("v1/2 [1/2] one 1:a; v1/2 [1/2] un 1:d 2:e; v1/2 [1/2] uno 1:b") },
	{ "of several series, the latest that lacks the number",
	  V("p a 0 ada [1/2] one\np b 5 ada [1/2] uno\np d 9 ada [2/2] due\n"
	    "p e 10 ada [2/2] two"),
	  V("v1/2 [1/2] one 1:a 2:e; v1/2 [1/2] uno 1:b 2:d") },
	{ "of several series of one minute, the one made first",
	  V("p b 5 ada [1/2] uno\np a 5 ada [1/2] one\np d 9 ada [2/2] two"),
	  V("v1/2 [1/2] one 1:a 2:d; v1/2 [1/2] uno 1:b") },
	{ "more than the total", V("p a 0 ada [1/1] one\np b 1 ada [2/1] two < a"),
	  V("v1/1 [1/1] one 1:a 2:b") },
	{ "a patch without a marker counts as 1/1",
	  V("p a 0 ada one\np b 5 ada two\np d 9 ada [2/1] more"),
	  V("v1/1 one 1:a; v1/1 two 1:b 2:d") },
	{ "numbered 0: date and total only",
	  V("p z 0 ada [PATCH 0/3] all\np a 30 ada [1/2] one < z"), V("v1/3 [1/2] one 1:a") },
	{ "a cover letter twice", V(C "c d 1 ada [PATCH 0/2] again < c\n" A B),
	  V("v1/2 again (d); " WHOLE) },
	{ "a cycle", V("p a 1 ada [1/2] one < b\np b 2 ada [2/2] two < a"),
	  V("v1/2 [1/2] one 1:a 2:b") },
};

static const struct check_case versions[] = {
	{ "in reply to the other version, much later (D7)",
	  V(A B "p d 60 ada [v2,1/2] one < a\np e 61 ada [v2,2/2] two < a d"),
	  V("v1/2 [1/2] one 1:a 2:b; v2/2 [v2,1/2] one 1:d 2:e") },
	{ "a reference to the other version is skipped (D7)",
	  V(C A "c d 60 ada [v2,0/2] all < c\np e 61 ada [v2,1/2] one < a d"),
	  V("v1/2 all (c) 1:a; v2/2 all (d) 1:e") },
	{ "another version 20 minutes later joins",
	  V("p a 0 ada [1/2] one\np e 20 ada [v2,2/2] two < a"), V("v1/2 [1/2] one 1:a 2:e") },
	{ "another version 21 minutes later does not",
	  V("p a 0 ada [1/2] one\np e 21 ada [v2,2/2] two < a"),
	  V("v1/2 [1/2] one 1:a; v2/2 - 2:e") },
	{ "a patch before its cover letter (D7)",
	  V(C A "--\np e 61 ada [v2,1/1] one < d c\n--\nc d 60 ada [v2,0/1] all < c"),
	  V("v1/2 all (c) 1:a; v2/1 all (d) 1:e") },
	{ "the same version, however old", V("p a 0 ada [1/2] one\np b 5000 ada [2/2] two < a"),
	  V("v1/2 [1/2] one 1:a 2:b") },
	{ "a cover letter in reply to a cover letter (D8)", V(C "c d 1 ada [v2,0/2] all < c"),
	  V("v1/2 all (c); v2/2 all (d)") },
};

static const struct check_case named[] = {
	{ "after patch 1", V(A B), V("v1/2 [1/2] one 1:a 2:b") },
	{ "not after another patch", V(B), V("v1/2 - 2:b") },
	{ "after the cover letter", V(A "--\n" C), V("v1/2 all (c) 1:a") },
	{ "after the cover letter, although patch 1 comes later", V(C "--\n" A),
	  V("v1/2 all (c) 1:a") },
	{ "an empty title is not a name", V("c c 0 ada [0/2]\n" A), V("v1/2 [1/2] one (c) 1:a") },
	{ "an empty title, later", V(A "--\nc c 0 ada [0/2]"), V("v1/2 [1/2] one (c) 1:a") },
	{ "brackets of the title are left out", V("c c 0 ada [PATCH 0/2][x] [y] all"),
	  V("v1/2 all (c)") },
	{ "brackets within the prefixes are left out",
	  V("c c 0 ada [for stable [4.14, 5.10] 0/2] all"), V("v1/2 all (c)") },
	{ "brackets that do not match end at the first", V("c c 0 ada [PATCH 0/2][RFC [x] all"),
	  V("v1/2 all (c)") },
	{ "by hand, before the cover letter", V(A "--\nname a Mine\n" C), V("v1/2 Mine (c) 1:a") },
	{ "by hand, before patch 1", V(B "--\nname b Mine\n" A), V("v1/2 Mine 1:a 2:b") },
	{ "by hand, when the component is regrouped",
	  V(A "--\nname a Mine\n" C B
	      "--\np z 0 ada [0/2] with a diff < y\np d 1 ada [1/2] uno < z"),
	  V("v1/2 Mine (c) 1:a 2:b; v1/2 [1/2] uno 1:d") },
};

static const struct check_case in_batches[] = {
	{ "one after the other", V(C "--\n" A "--\n" B), V(WHOLE) },
	{ "the cover letter last", V(B "--\n" A "--\n" C), V(WHOLE) },
	{ "the cover letter in the middle", V(A "--\n" C "--\n" B), V(WHOLE) },
	{ "the total changes with the cover letter", V(B "--\n" A "--\nc c 0 ada [PATCH 0/5] all"),
	  V("v1/5 all (c) 1:a 2:b") },
	{ "an earlier patch takes the number",
	  V("p b 5 ada [1/2] uno\n--\np d 9 ada [2/2] two\n--\np a 0 ada [1/2] one"),
	  V("v1/2 [1/2] one 1:a; v1/2 [1/2] uno 1:b 2:d") },
	{ "a missing patch of two series",
	  V("p a 0 ada [1/3] one\n--\np b 30 ada [3/3] three\n--\np d 15 ada [2/3] two"),
	  V("v1/3 - 3:b; v1/3 [1/3] one 1:a 2:d") },
	{ "a late cover letter makes one series of two",
	  V("p a 1 ada [1/2] one\n--\np b 60 ada [2/2] two < c\n--\nc c 0 ada [0/2] all"),
	  V("v1/2 all (c) 1:a 2:b") },
	{ "of several series of one minute, the one made first, in batches",
	  V("p b 5 ada [1/2] uno\n--\np a 5 ada [1/2] one\n--\np d 9 ada [2/2] two"),
	  V("v1/2 [1/2] one 1:a 2:d; v1/2 [1/2] uno 1:b") },
	{ "a late patch closes a cycle",
	  V("p a 1 ada [1/2] one < d\n--\np g 9 ada [0/2] zero\n--\np d 9 ada [v2,2/2] two < a"),
	  V("v1/2 [1/2] one 1:a; v2/2 - 2:d") },
};

/* ---- rows: only differences are written */

static struct item *patch_of(struct thread *t, const char *id)
{
	struct item *item = workset_find_item(t->workset, ITEM_PATCH, PROJECT, view_str(id));

	assert_non_null(item);
	return item;
}

static void read_thread(struct thread *t, struct arena *arena, const char *text)
{
	thread_init(t, arena);
	thread_read(t, view_str(text));
}

static void keeps_the_row_when_the_cover_letter_is_late(void **state)
{
	struct thread t;
	struct item *a;

	read_thread(&t, *state, A B "--\n" C);
	a = patch_of(&t, "a");
	check_number("series", "id", (size_t)a->series->id, (size_t)a->stored_series->id);
	assert_true(a->stored_series->is_replaced);
	assert_false(a->stored_series->is_gone);
	assert_false(a->series->members_changed);
	thread_done(&t);
}

static void keeps_the_row_of_the_first_message(void **state)
{
	struct thread t;
	struct item *a, *b;

	read_thread(&t, *state,
		    "p a 1 ada [1/2] one\n--\np b 60 ada [2/2] two < c\n--\n"
		    "c c 0 ada [0/2] all");
	a = patch_of(&t, "a");
	b = patch_of(&t, "b");
	assert_ptr_equal(a->series, b->series);
	assert_int_equal(b->series->id, a->stored_series->id);
	assert_true(b->stored_series->is_gone);
	assert_true(a->series->members_changed);
	thread_done(&t);
}

static void changes_no_row_for_mail_in_order(void **state)
{
	struct thread t;
	struct item *a;

	read_thread(&t, *state, C "--\n" A "--\n" B);
	a = patch_of(&t, "a");
	assert_ptr_equal(a->series, a->stored_series);
	assert_false(a->series->is_replaced || a->series->members_changed);
	thread_done(&t);
}

static void keeps_a_series_that_a_user_put_together(void **state)
{
	struct thread t;
	struct item *a, *x;

	thread_init(&t, *state);
	thread_read(&t, VIEW(A B "p x 3 bob [3/3] mine"));
	thread_reload(&t);
	a = patch_of(&t, "a");
	x = patch_of(&t, "x");
	x->has_links = false; /* as the store loads an item that is not related */
	x->series = x->stored_series = a->series;
	g_ptr_array_add(a->series->patches, x);
	thread_read(&t, VIEW(C));
	assert_false(a->stored_series->is_gone);
	assert_ptr_equal(a->series, a->stored_series);
	assert_ptr_equal(x->series, a->series);
	thread_done(&t);
}

/* ---- events */

static struct view read_events(struct arena *arena, struct view text)
{
	static const char *const names[] = {
		[EVENT_PATCH_CREATED] = "patch",
		[EVENT_COVER_CREATED] = "cover",
		[EVENT_SERIES_CREATED] = "series",
		[EVENT_PATCH_COMMENT_CREATED] = "reply",
		[EVENT_COVER_COMMENT_CREATED] = "cover-reply",
		[EVENT_PATCH_COMPLETED] = "completed",
		[EVENT_SERIES_COMPLETED] = "series-completed",
	};
	struct builder b = builder_init(arena);
	const GPtrArray *events;
	struct thread t;

	thread_init(&t, arena);
	thread_read(&t, text);
	events = workset_events(t.workset);
	for (guint i = 0; i < events->len; i++) {
		const struct event *event = events->pdata[i];

		if (i > 0)
			builder_byte(&b, ' ');
		builder_add(&b, view_str(names[event->category]));
		if (event->item == NULL)
			continue;
		builder_byte(&b, ':');
		builder_add(&b, event->item->msgid);
	}
	thread_done(&t);
	return builder_view(&b);
}

/* The events of the last batch. */
static const struct check_case events[] = {
	{ "a single patch", V("p a 0 ada one"), V("patch:a series completed:a series-completed") },
	{ "the first of two", V(A), V("patch:a series completed:a") },
	{ "the second of two", V(A "--\n" B), V("patch:b completed:b series-completed") },
	{ "the second first", V(B), V("patch:b series") },
	{ "a gap is filled",
	  V("p a 1 ada [1/4] one\np b 3 ada [3/4] three\n--\np d 4 ada [2/4] two"),
	  V("patch:d completed:d completed:b") },
	{ "a gap below", V("p a 1 ada [1/4] one\n--\np d 4 ada [4/4] four"), V("patch:d") },
	{ "beyond the total", V("p a 1 ada [1/1] one\n--\np d 4 ada [2/1] two < a"),
	  V("patch:d completed:d series-completed") },
	{ "a cover letter makes a series", V(C), V("cover:c series") },
	{ "a cover letter in time", V(C "--\n" A), V("patch:a completed:a") },
	{ "a late cover letter changes no member", V(A B "--\n" C), V("cover:c") },
	{ "a late cover letter with a larger total makes another series",
	  V(A B "--\nc c 0 ada [PATCH 0/5] all"), V("cover:c series completed:a completed:b") },
	{ "a late patch 1 makes another series", V(B "--\n" A),
	  V("patch:a series completed:a completed:b series-completed") },
	{ "numbered 0", V("p z 0 ada [PATCH 0/2] all"), V("patch:z series") },
};

/* ---- the same result in every order: the cases above, mail by mail, reversed and in one batch */

static struct view without_batches(struct arena *arena, struct view text, bool reversed)
{
	struct builder b = builder_init(arena);
	struct view lines[32], line;
	size_t count = 0;

	while (view_next_line(&text, &line))
		if (!view_starts(line, VIEW("--")))
			lines[count++] = view_chomp(line);
	for (size_t i = 0; i < count; i++) {
		builder_add(&b, lines[reversed ? count - 1 - i : i]);
		builder_add(&b, reversed ? VIEW("\n--\n") : VIEW("\n"));
	}
	return builder_view(&b);
}

static void check_all_ways(struct arena *arena, const struct check_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (view_search(cases[i].text, VIEW("name "), 0) < cases[i].text.len)
			continue;
		check_view(cases[i].name,
			   read_series(arena, without_batches(arena, cases[i].text, false)),
			   cases[i].want);
		check_view(cases[i].name,
			   read_series(arena, without_batches(arena, cases[i].text, true)),
			   cases[i].want);
	}
}

static void is_the_same_in_one_batch_and_backwards(void **state)
{
	check_all_ways(*state, grouped, COUNT(grouped));
	check_all_ways(*state, versions, COUNT(versions));
	check_all_ways(*state, named, COUNT(named));
	check_all_ways(*state, in_batches, COUNT(in_batches));
}

/* The stored name of the cover letter begins with prefixes, and so has less of the title. */
static void does_not_cut_a_long_title_twice(void **state)
{
	struct builder b = builder_init(*state);
	struct series *series;
	struct thread t;

	builder_add(&b, VIEW("c c 5 ada [PATCH 0/2] "));
	builder_add(&b, repeated(*state, VIEW("x"), 300));
	builder_add(&b, VIEW("\n--\np a 1 ada [1/2] one"));
	thread_init(&t, *state);
	thread_read(&t, builder_view(&b));
	series = workset_find_item(t.workset, ITEM_COVER, PROJECT, VIEW("c"))->grouped_in;
	assert_non_null(series->replaces);
	check_number("series", "length of its name", series->name.len, 255);
	thread_done(&t);
}

RUN(EACH(read_order, orders), EACH(read_positions, positions), EACH(read_series, grouped),
    EACH(read_series, versions), EACH(read_series, named), EACH(read_series, in_batches),
    EACH(read_events, events), TEST(keeps_the_row_when_the_cover_letter_is_late),
    TEST(keeps_the_row_of_the_first_message), TEST(changes_no_row_for_mail_in_order),
    TEST(keeps_a_series_that_a_user_put_together), TEST(is_the_same_in_one_batch_and_backwards),
    TEST(does_not_cut_a_long_title_twice))
