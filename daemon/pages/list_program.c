/* list_program - how a program gets the rows of a list; see list_program.h */
#include "daemon/pages/list_program.h"

#include <string.h>

#include "daemon/output/percent.h"
#include "daemon/pages/url.h"

/* More people make an address too long. */
#define SUBMITTERS_MAX 50

#define LEFT_OUT_BYTES_MAX 60

/* A list, and its equivalent so far. */
struct equivalent {
	struct page *page;
	const struct list_filter_page *filter;
	const GArray *states;
	struct view link_name;
	int rows;
	GString *url;     /* an address, to which parameters are added */
	GPtrArray *words; /* char *: a command */
	GString *without; /* what was left out, for the reader */
};

static const char *param(const struct equivalent *e, const char *name)
{
	const char *value = http_param(e->page->request, name);

	return value != NULL && !g_str_equal(value, "*") ? value : "";
}

/* The words to search for; unlike other parameters, * is one of them. */
static const char *words_of(const struct equivalent *e)
{
	const char *words = e->filter->filter.words;

	return words[strspn(words, ", \t\r\n\f\v")] != '\0' ? words : "";
}

static void say(struct equivalent *e, const char *name, const char *value)
{
	g_string_append_printf(e->url, "%c%s=", strchr(e->url->str, '?') != NULL ? '&' : '?', name);
	percent_encode(e->url, view_str(value), "-._~*,");
}

static void say_int(struct equivalent *e, const char *name, int64_t number)
{
	g_autofree char *value = g_strdup_printf("%" G_GINT64_FORMAT, number);

	say(e, name, value);
}

/* Add an option of the command. */
static void give(struct equivalent *e, const char *option, const char *value)
{
	g_ptr_array_add(e->words, g_strdup(option));
	g_ptr_array_add(e->words, g_strdup(value));
}

static void leave_out(struct equivalent *e, const char *what)
{
	g_string_append_printf(e->without, "%s%s", e->without->len > 0 ? ", " : "", what);
}

static void leave_out_param(struct equivalent *e, const char *name)
{
	struct view value = html_head(view_str(param(e, name)), LEFT_OUT_BYTES_MAX);
	g_autofree char *what = g_strdup_printf("%s=%.*s", name, (int)value.len, value.ptr);

	if (value.len > 0)
		leave_out(e, what);
}

static void begin(struct equivalent *e, const char *path)
{
	g_string_assign(e->url, path);
	g_string_set_size(e->without, 0);
}

static void end(struct equivalent *e, const char *label)
{
	page_footer_link(e->page, label, e->url->str);
	page_footer_without(e->page, e->without->str);
}

/* ---- addresses */

/* The REST interface finds a state by its name, with hyphens for blanks, or by its id. */
static void say_state(struct equivalent *e, const struct front_state *state)
{
	g_autofree char *slug = g_strndup(state->slug.ptr, state->slug.len);
	g_autofree char *name = g_strdelimit(g_strdup(slug), "-", ' ');

	if (view_ieq(state->name, view_str(name)))
		say(e, "state", slug);
	else
		say_int(e, "state", state->id);
}

static void say_states(struct equivalent *e)
{
	bool is_known = false;

	if (g_str_equal(e->filter->state, "*"))
		return;
	for (guint i = 0; i < e->states->len; i++) {
		const struct front_state *state = &g_array_index(e->states, struct front_state, i);

		if (!list_filter_has_state(e->filter, state))
			continue;
		is_known = true;
		say_state(e, state);
	}
	if (!is_known)
		say(e, "state", e->filter->state);
}

static void say_submitters(struct equivalent *e)
{
	const GArray *ids = e->filter->submitter_ids;

	if (ids->len == 0 && param(e, "submitter")[0] != '\0')
		say(e, "submitter", param(e, "submitter"));
	if (ids->len > SUBMITTERS_MAX) {
		leave_out_param(e, "submitter");
		return;
	}
	for (guint i = 0; i < ids->len; i++)
		say_int(e, "submitter", g_array_index(ids, int32_t, i));
}

static void say_delegate(struct equivalent *e)
{
	if (e->filter->filter.delegate < 0)
		leave_out_param(e, "delegate");
	else if (param(e, "delegate")[0] != '\0')
		say(e, "delegate", param(e, "delegate"));
}

static void say_archive(struct equivalent *e)
{
	if (e->filter->filter.archive == SELECTION_NOT_ARCHIVED)
		say(e, "archived", "false");
	else if (e->filter->filter.archive == SELECTION_ARCHIVED)
		say(e, "archived", "true");
}

/* An order of lists, and the same of the REST interface. */
struct order_pair {
	const char *order, *rest;
};

/* Add the order of rows, and the page if it has the same rows. */
static void say_place(struct equivalent *e, const struct order_pair *pairs, size_t count)
{
	const char *order = e->filter->filter.order, *rest = NULL;
	bool is_of_series = e->filter->filter.series != 0;

	for (size_t i = 0; i < count; i++)
		if (g_str_equal(pairs[i].order, order) && (order[0] != '\0' || !is_of_series))
			rest = pairs[i].rest;
	if (rest != NULL)
		say(e, "order", rest);
	else
		leave_out(e, "order");
	say_int(e, "per_page", e->rows);
	if (e->filter->number == 1)
		return;
	if (e->without->len == 0)
		say_int(e, "page", e->filter->number);
	else
		leave_out_param(e, "page");
}

static void say_project(struct equivalent *e)
{
	g_autofree char *link = g_strndup(e->link_name.ptr, e->link_name.len);

	say(e, "project", link);
}

static void write_patches(struct equivalent *e)
{
	/* Lists of series have only the first ones in common with lists of patches. */
	static const struct order_pair orders[] = {
		{ "", "-date,-submitter,-name" },
		{ "-date", "-date,-submitter,-name" },
		{ "date", "date,-submitter,-name" },
		{ "name", "name,-date" },
		{ "-name", "-name,-date" },
		{ "state", "state,-date,-submitter,-name" },
		{ "-state", "-state,-date,-submitter,-name" },
	};
	const size_t of_series = 3;
	bool is_flat = e->filter->is_of_patches, has_words = words_of(e)[0] != '\0';

	begin(e, "/api/patches/");
	say_project(e);
	say_states(e);
	say_submitters(e);
	say_delegate(e);
	say_archive(e);
	if (param(e, "series")[0] != '\0')
		say(e, "series", param(e, "series"));
	if (has_words)
		say(e, "q", words_of(e));
	if (has_words && !is_flat)
		leave_out(e, "names of series");
	if (!is_flat && !e->filter->filter.has_old_versions)
		leave_out(e, "latest version");
	leave_out_param(e, "before");
	say_place(e, orders, is_flat ? G_N_ELEMENTS(orders) : of_series);
	end(e, is_flat ? "REST" : "REST: their patches");
}

static void write_series(struct equivalent *e)
{
	static const struct order_pair orders[] = {
		{ "", "-date,-id" },      { "-date", "-date,-id" },   { "date", "date,-id" },
		{ "name", "name,-date" }, { "-name", "-name,-date" },
	};

	begin(e, "/api/series/");
	say_project(e);
	say_submitters(e);
	if (words_of(e)[0] != '\0') {
		say(e, "q", words_of(e));
		leave_out(e, "names of patches");
	}
	if (!g_str_equal(e->filter->state, "*"))
		leave_out(e, "state");
	leave_out_param(e, "delegate");
	leave_out_param(e, "archive");
	if (!e->filter->filter.has_old_versions)
		leave_out(e, "latest version");
	leave_out_param(e, "before");
	say_place(e, orders, G_N_ELEMENTS(orders));
	end(e, "REST: series");
}

/* A feed has series in any state by default, archived ones too, and all versions of them. */
static void write_feed(struct equivalent *e)
{
	const struct selection_filter *filter = &e->filter->filter;
	bool is_any = g_str_equal(e->filter->state, "*");
	g_autofree char *path = url_project(e->link_name, "feed/");

	begin(e, path);
	if (filter->series == 0) {
		static const char *const names[] = { "submitter", "delegate", NULL };

		if (!is_any)
			say(e, "state", e->filter->state);
		for (size_t i = 0; names[i] != NULL; i++)
			if (param(e, names[i])[0] != '\0')
				say(e, names[i], param(e, names[i]));
		if (words_of(e)[0] != '\0')
			say(e, "q", words_of(e));
		if (filter->archive == SELECTION_ARCHIVED)
			say(e, "archive", "true");
		else if (filter->archive == SELECTION_NOT_ARCHIVED ? is_any : !is_any)
			say(e, "archive", is_any ? "false" : "both");
		if (!e->filter->is_of_patches && !filter->has_old_versions)
			say(e, "versions", "latest");
	} else {
		leave_out_param(e, "series");
	}
	leave_out_param(e, "before");
	if (filter->order[0] != '\0' && !g_str_equal(filter->order, "-date"))
		leave_out(e, "order");
	if (e->filter->number > 1)
		leave_out_param(e, "page");
	end(e, e->filter->is_of_patches ? "Atom feed of series" : "Atom feed");
}

/* ---- the command */

static void give_state(struct equivalent *e)
{
	const char *wanted = e->filter->state;

	if (g_str_equal(wanted, "*"))
		return;
	for (guint i = 0; i < e->states->len && wanted[0] != '\0'; i++) {
		const struct front_state *state = &g_array_index(e->states, struct front_state, i);
		g_autofree char *slug = g_strndup(state->slug.ptr, state->slug.len);

		if (!list_filter_has_state(e->filter, state))
			continue;
		give(e, "--state", slug);
		return;
	}
	give(e, "--state", wanted[0] != '\0' ? wanted : "open");
}

static void give_submitter(struct equivalent *e)
{
	const char *text = param(e, "submitter");
	bool is_id = text[0] != '\0' && strspn(text, "0123456789") == strlen(text);

	if (is_id && e->filter->submitter != NULL)
		give(e, "--submitter", e->filter->submitter);
	else if (text[0] != '\0')
		give(e, "--submitter", text);
}

static void give_filters(struct equivalent *e)
{
	const struct selection_filter *filter = &e->filter->filter;
	g_autofree char *link = g_strndup(e->link_name.ptr, e->link_name.len);

	give(e, "--project", link);
	give_state(e);
	give_submitter(e);
	if (param(e, "delegate")[0] != '\0')
		give(e, "--delegate", filter->delegate < 0 ? "nobody" : param(e, "delegate"));
	if (filter->archive != SELECTION_ANY)
		give(e, "--archived", filter->archive == SELECTION_ARCHIVED ? "true" : "false");
	if (words_of(e)[0] != '\0')
		give(e, "--words", words_of(e));
	if (!e->filter->is_of_patches && !filter->has_old_versions)
		g_ptr_array_add(e->words, g_strdup("--latest"));
}

static void write_command(struct equivalent *e)
{
	const char *order = e->filter->filter.order;
	g_autofree char *limit = g_strdup_printf("%d", e->rows);

	g_string_set_size(e->without, 0);
	g_ptr_array_add(e->words, g_strdup("patchmda"));
	give(e, "list", e->filter->is_of_patches ? "patches" : "series");
	give_filters(e);
	give(e, "--limit", limit);
	leave_out_param(e, "series");
	leave_out_param(e, "before");
	if ((order[0] != '\0' || e->filter->filter.series != 0) && !g_str_equal(order, "-date"))
		leave_out(e, "order");
	if (e->filter->number > 1)
		leave_out_param(e, "page");
	page_footer_words(e->page, e->words);
	page_footer_without(e->page, e->without->str);
}

/* ---- the footer */

void list_program_write(struct page *page, const struct list_filter_page *filter,
			const GArray *states, struct view link_name, int rows)
{
	g_autoptr(GString) url = g_string_new(NULL), without = g_string_new(NULL);
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	struct equivalent e = { page, filter, states, link_name, rows, url, words, without };

	if (!filter->is_of_patches)
		write_series(&e);
	write_patches(&e);
	if (filter->filter.series != 0) {
		g_autofree char *mbox = g_strdup_printf("/series/%d/mbox/", filter->filter.series);

		page_footer_link(page, "mbox", mbox);
	}
	write_feed(&e);
	write_command(&e);
}
