/* list_form - the form that sets the filters and the order of a list; see list_form.h */
#include "daemon/pages/list_form.h"

#define SEARCH_BYTES_MAX 500

static const char *param(const struct page *page, const char *name)
{
	const char *value = http_param(page->request, name);

	return value != NULL ? value : "";
}

static void write_option(struct page *page, const char *value, struct view label, bool is_selected)
{
	struct html *html = &page->html;

	html_put(html, "<option value=\"");
	html_str(html, value);
	if (is_selected)
		html_put(html, "\" selected>");
	else
		html_put(html, "\">");
	html_text(html, label);
	html_put(html, "</option>");
}

static void write_state_choice(struct page *page, const struct list_filter_page *filter,
			       const GArray *states)
{
	bool is_any = g_str_equal(filter->state, "*"), is_open = filter->state[0] == '\0';
	bool is_offered = is_any || is_open;
	struct html *html = &page->html;

	html_put(html, "<label>State <select name=\"state\">");
	write_option(page, "", VIEW("open"), is_open);
	write_option(page, "*", VIEW("any"), is_any);
	for (guint i = 0; i < states->len; i++) {
		const struct front_state *state = &g_array_index(states, struct front_state, i);
		g_autofree char *slug = g_strndup(state->slug.ptr, state->slug.len);
		bool is_chosen = !is_open && list_filter_has_state(filter, state);

		is_offered |= is_chosen;
		write_option(page, slug, state->name, is_chosen);
	}
	if (!is_offered)
		write_option(page, filter->state, html_head(view_str(filter->state), 40), true);
	html_put(html, "</select></label>\n");
}

/* The maintainers, and the user that the parameter names. */
static void write_delegate_choice(struct page *page, const GArray *maintainers)
{
	const char *wanted = param(page, "delegate");
	bool is_any = wanted[0] == '\0' || g_str_equal(wanted, "*");
	bool is_nobody = g_ascii_strcasecmp(wanted, "nobody") == 0;
	bool is_offered = is_any || is_nobody;
	struct html *html = &page->html;

	html_put(html, "<label>Delegate <select name=\"delegate\">");
	write_option(page, "", VIEW("any"), is_any);
	write_option(page, "Nobody", VIEW("nobody"), is_nobody);
	for (guint i = 0; i < maintainers->len; i++) {
		struct view user = g_array_index(maintainers, struct front_maintainer, i).user;
		g_autofree char *name = g_strndup(user.ptr, user.len);

		is_offered |= g_str_equal(name, wanted);
		write_option(page, name, user, g_str_equal(name, wanted));
	}
	if (!is_offered)
		write_option(page, wanted, view_str(wanted), true);
	html_put(html, "</select></label>\n");
}

static void write_order_choice(struct page *page, const struct list_filter_page *filter)
{
	bool is_of_series = filter->filter.series != 0;
	const char *chosen = filter->filter.order;
	struct html *html = &page->html;

	if (g_str_equal(chosen, "number") || (g_str_equal(chosen, "-date") && !is_of_series))
		chosen = "";
	html_put(html, "<label>Order <select name=\"order\">");
	if (is_of_series) {
		write_option(page, "", VIEW("number in the series"), chosen[0] == '\0');
		write_option(page, "-date", VIEW("newest first"), g_str_equal(chosen, "-date"));
	}
	for (const struct list_order *order = list_orders; order->value != NULL; order++) {
		if (order->value[0] == '\0' && is_of_series)
			continue;
		if (filter->is_of_patches || !order->is_of_patches)
			write_option(page, order->value, view_str(order->label),
				     g_str_equal(order->value, chosen));
	}
	html_put(html, "</select></label>\n");
}

static void write_input(struct page *page, const char *label, const char *name)
{
	struct html *html = &page->html;

	html_put(html, "<label>");
	html_str(html, label);
	html_put(html, " <input name=\"");
	html_str(html, name);
	html_put(html, "\" value=\"");
	html_text(html, html_head(view_str(param(page, name)), SEARCH_BYTES_MAX));
	html_put(html, "\"></label>\n");
}

/* Keep parameters that have no field in the form. */
static void write_hidden(struct page *page, const char *name)
{
	const char *value = param(page, name);
	struct html *html = &page->html;

	if (value[0] == '\0')
		return;
	html_put(html, "<input type=\"hidden\" name=\"");
	html_str(html, name);
	html_put(html, "\" value=\"");
	html_str(html, value);
	html_put(html, "\">\n");
}

void list_form_write(struct page *page, const struct list_filter_page *filter, const GArray *states,
		     const GArray *maintainers)
{
	html_put(&page->html, "<form class=\"filter\">\n");
	write_state_choice(page, filter, states);
	write_input(page, "Submitter", "submitter");
	write_delegate_choice(page, maintainers);
	write_input(page, "Words", "q");
	write_order_choice(page, filter);
	write_hidden(page, "view");
	write_hidden(page, "series");
	write_hidden(page, "archive");
	write_hidden(page, "versions");
	html_put(&page->html, "<button>Show</button>\n</form>\n");
}
