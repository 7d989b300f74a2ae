/* find_page - the results of the search box; see find_page.h */
#include "daemon/pages/find_page.h"

#include <string.h>

#include "daemon/pages/page.h"
#include "daemon/pages/parts.h"
#include "daemon/pages/url.h"
#include "parser/cleanup.h"
#include "sql/pages/selection.h"
#include "sql/pages/lists.h"
#include "sql/pages/mail.h"
#include "sql/report/show.h"

/*
 * Characters of a commit id.  git accepts 4, but words such as "added" have hexadecimal digits
 * only.
 */
#define COMMIT_CHARS_MIN 7
#define COMMIT_CHARS_MAX 64

struct search {
	struct app_worker *worker;
	const struct http_request *request;
	struct http_response *response;
	char *text;               /* trimmed */
	const char *submitter;    /* the id of a person, instead of a text; or NULL */
	GArray *commits, *people; /* of struct mail_related and struct lists_person; or NULL */
	struct pg_result *commits_result, *people_result;
	struct lists_patches patches;
	int64_t since; /* words are looked for in patches of this time or later; 0: in all */
};

static void search_done(struct search *search)
{
	g_free(search->text);
	if (search->commits != NULL)
		g_array_unref(search->commits);
	if (search->people != NULL)
		g_array_unref(search->people);
	pg_result_free(search->commits_result);
	pg_result_free(search->people_result);
	lists_patches_done(&search->patches);
}

/* ---- message ids and links */

/* The message id in a text: a word or a segment of a URL that has an @; NULL if there is none. */
static char *msgid_in(const char *text)
{
	g_auto(GStrv) words = NULL;
	char *msgid = NULL;

	if (strpbrk(text, " \t\"") != NULL || strchr(text, '@') == NULL)
		return NULL;
	if (strstr(text, "://") == NULL)
		return g_strdup(text);
	words = g_strsplit_set(text, "/?#", -1);
	for (size_t i = 0; words[i] != NULL && msgid == NULL; i++)
		if (strchr(words[i], '@') != NULL)
			msgid = g_uri_unescape_string(words[i], NULL);
	return msgid;
}

/* Redirect to the mail with a message id; *ret_is_found says whether there is one. */
static int find_msgid(struct search *search, const char *msgid, bool *ret_is_found)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) found = NULL;
	g_autofree char *url = NULL;
	int r = show_find_msgid(search->worker->pg, msgid, NULL, &found, &result);

	*ret_is_found = r == 0 && found->len > 0;
	if (!*ret_is_found)
		return r;
	url = url_shown(&g_array_index(found, struct shown, 0));
	http_response_redirect(search->response, 302, url);
	return 0;
}

/* ---- commits, words, people */

static bool is_commit(const char *text)
{
	size_t length = strlen(text);

	return length >= COMMIT_CHARS_MIN && length <= COMMIT_CHARS_MAX &&
	       strspn(text, "0123456789abcdefABCDEF") == length;
}

static int find_commit(struct search *search)
{
	g_autofree char *lower = g_ascii_strdown(search->text, -1);

	return mail_of_commit(search->worker->pg, lower, &search->commits, &search->commits_result);
}

/* Find the patches of one person, in any project. */
static int find_submitter(struct search *search)
{
	g_autoptr(GArray) submitters = g_array_new(FALSE, FALSE, sizeof(int32_t));
	_cleanup_(selection_done) struct selection selection = { 0 };
	struct selection_filter filter = { .submitters = submitters, .limit = FIND_PAGE_PATCHES };
	int r = lists_people(search->worker->pg, search->submitter, &search->people,
			     &search->people_result);

	if (r != 0)
		return r;
	for (guint i = 0; i < search->people->len; i++)
		g_array_append_val(submitters,
				   g_array_index(search->people, struct lists_person, i).id);
	r = selection_patches(search->worker->pg, &filter, &selection);
	return r == 0 ? lists_patches(search->worker->pg, selection.ids, search->worker->time_zone,
				      &search->patches)
		      : r;
}

static int find_words(struct search *search)
{
	struct selection_filter filter = { .words = search->text, .limit = FIND_PAGE_PATCHES };
	_cleanup_(selection_done) struct selection selection = { 0 };
	int r = lists_people(search->worker->pg, search->text, &search->people,
			     &search->people_result);

	if (r == 0)
		r = selection_patches(search->worker->pg, &filter, &selection);
	search->since = selection.since;
	return r == 0 ? lists_patches(search->worker->pg, selection.ids, search->worker->time_zone,
				      &search->patches)
		      : r;
}

/* ---- writing */

static void write_commits(struct page *page, const GArray *commits)
{
	if (commits == NULL || commits->len == 0)
		return;
	html_put(&page->html, "<h2>Patches with this commit</h2>\n<ul>\n");
	for (guint i = 0; i < commits->len; i++) {
		const struct mail_related *row = &g_array_index(commits, struct mail_related, i);
		g_autofree char *url = url_of_mail(row->project, URL_PATCH, row->msgid, "");

		html_put(&page->html, "<li>");
		html_link_text(&page->html, url, row->name);
		html_put(&page->html, "</li>\n");
	}
	html_put(&page->html, "</ul>\n");
}

static void write_people(struct page *page, const GArray *people)
{
	struct html *html = &page->html;

	if (people == NULL || people->len == 0)
		return;
	html_put(html, "<h2>People</h2>\n<ul>\n");
	for (guint i = 0; i < MIN(people->len, FIND_PAGE_PEOPLE); i++) {
		const struct lists_person *person = &g_array_index(people, struct lists_person, i);
		g_autofree char *url = g_strdup_printf("/search/?submitter=%d", person->id);

		html_put(html, "<li>");
		html_link(html, url);
		page_person(page, person->name, person->email);
		html_put(html, "</a> &lt;");
		html_bdi(html, person->email);
		html_put(html, "&gt;</li>\n");
	}
	html_put(html, "</ul>\n");
}

static bool is_nothing(const struct search *search)
{
	return (search->patches.rows == NULL || search->patches.rows->len == 0) &&
	       (search->people == NULL || search->people->len == 0) &&
	       (search->commits == NULL || search->commits->len == 0);
}

static void write_results(struct page *page, const struct search *search)
{
	bool has_patches = search->patches.rows != NULL && search->patches.rows->len > 0;

	write_commits(page, search->commits);
	write_people(page, search->people);
	if (has_patches) {
		html_put(&page->html, "<h2>Patches, newest first</h2>\n");
		parts_patch_table(page, &search->patches, PARTS_OF_PROJECTS);
		if (search->patches.rows->len == FIND_PAGE_PATCHES)
			html_put(&page->html,
				 "<p>There may be more. The lists of the projects have all"
				 " patches.</p>\n");
	}
	if (search->since != 0) {
		html_put(&page->html, "<p>Names of patches were searched back to ");
		html_time(&page->html, search->since);
		html_put(&page->html, ". The lists of the projects can be searched further.</p>\n");
	}
	if (is_nothing(search))
		html_put(&page->html, "<p>Nothing was found.</p>\n");
}

static void write_help(struct page *page)
{
	html_put(&page->html,
		 "<p>The search finds</p>\n<ul>\n"
		 "<li>patches whose names have all words, such as <i>ring overflow</i>,</li>\n"
		 "<li>people whose name or address has the whole text,</li>\n"
		 "<li>a mail by its message id, or by its address in an archive,</li>\n"
		 "<li>patches by the commit that they became: at least 7 digits of it.</li>\n"
		 "</ul>\n<p>The lists of the <a href=\"/\">projects</a> have filters for states,"
		 " submitters and delegates.</p>\n");
}

/* ---- for programs */

/* The REST interface has no filter for commits, and tells people only to users. */
static void write_footer_of_words(struct page *page, const struct search *search)
{
	g_autofree char *q = url_parameter("q", view_str(search->text));
	g_autofree char *url =
		g_strdup_printf("/api/patches/?%s&order=-id&per_page=%d", q, FIND_PAGE_PATCHES);
	g_autofree char *limit = g_strdup_printf("%d", FIND_PAGE_PATCHES);
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	const char *without = "";
	const char *const command[] = { "patchmda",   "list",    "patches", "--words",
					search->text, "--limit", limit };

	for (size_t i = 0; i < G_N_ELEMENTS(command); i++)
		g_ptr_array_add(words, (gpointer)(uintptr_t)command[i]);
	if (search->people->len > 0)
		without = "people";
	if (search->commits != NULL && search->commits->len > 0)
		without = search->people->len > 0 ? "people, commits" : "commits";
	page_footer_link(page, "REST", url);
	page_footer_without(page, without);
	page_footer_words(page, words);
	page_footer_without(page, without);
}

/* An address, or a command, has only the first people. */
static void write_footer_of_people(struct page *page, const struct search *search)
{
	g_autoptr(GString) url = g_string_new("/api/patches/?order=-date");
	const GArray *people = search->people;
	g_autofree char *email = NULL;

	g_string_append_printf(url, "&per_page=%d", FIND_PAGE_PATCHES);
	for (guint i = 0; i < MIN(people->len, FIND_PAGE_PEOPLE); i++)
		g_string_append_printf(url, "&submitter=%d",
				       g_array_index(people, struct lists_person, i).id);
	page_footer_link(page, "REST", url->str);
	page_footer_without(page, people->len > FIND_PAGE_PEOPLE ? "some submitters" : "");
	if (people->len == 1) {
		struct view view = g_array_index(people, struct lists_person, 0).email;

		email = g_strndup(view.ptr, view.len);
	}
	page_footer_command(page, "patchmda list patches --limit 50 --submitter",
			    view_str(email != NULL ? email : search->submitter));
}

static void write_footer(struct page *page, const struct search *search)
{
	if (search->submitter != NULL && search->people->len > 0)
		write_footer_of_people(page, search);
	else if (search->submitter == NULL && search->text[0] != '\0')
		write_footer_of_words(page, search);
	else
		page_footer_command(page, "patchmda list patches", VIEW(""));
}

static int answer_results(struct search *search)
{
	bool has_text = search->submitter != NULL || search->text[0] != '\0';
	g_autofree char *title = search->submitter != NULL ? g_strdup("Patches of a person")
				 : has_text ? g_strdup_printf("Search: %s", search->text)
					    : g_strdup("Search");
	struct page page;

	page_begin(&page, search->request, search->response, 200, view_str(title), VIEW(""));
	if (has_text)
		write_results(&page, search);
	if (!has_text || is_nothing(search))
		write_help(&page);
	write_footer(&page, search);
	page_end(&page);
	return 0;
}

/*
 * The page of what was searched for, if words find nothing: for an unknown message id the page
 * `why`, for a commit its patch.  NULL: there is none, or the commit has several patches.
 */
static char *url_of_only_result(const struct search *search, const char *msgid)
{
	const struct mail_related *patch;

	if (msgid != NULL)
		return url_why(view_str(msgid));
	if (search->commits == NULL || search->commits->len != 1)
		return NULL;
	patch = &g_array_index(search->commits, struct mail_related, 0);
	return url_of_mail(patch->project, URL_PATCH, patch->msgid, "");
}

static int answer(struct search *search)
{
	g_autofree char *msgid = msgid_in(search->text), *target = NULL;
	bool is_found = false;
	int r;

	if (search->submitter != NULL) {
		r = find_submitter(search);
		return r == 0 ? answer_results(search) : r;
	}
	r = msgid != NULL ? find_msgid(search, msgid, &is_found) : 0;

	if (r != 0 || is_found)
		return r;
	if (search->text[0] != '\0' && is_commit(search->text))
		r = find_commit(search);
	if (r == 0 && search->text[0] != '\0')
		r = find_words(search);
	if (r != 0)
		return r;
	if (search->text[0] != '\0' && search->people->len == 0 && search->patches.rows->len == 0)
		target = url_of_only_result(search, msgid);
	if (target != NULL)
		http_response_redirect(search->response, 302, target);
	return target != NULL ? 0 : answer_results(search);
}

int find_page(struct app_worker *worker, const struct http_request *request,
	      const struct route_match *match, struct http_response *response)
{
	_cleanup_(search_done) struct search search = {
		.worker = worker,
		.request = request,
		.response = response,
		.submitter = http_param(request, "submitter"),
	};
	const char *text = http_param(request, "q");

	(void)match;
	search.text = g_strstrip(g_strdup(text != NULL ? text : ""));
	return answer(&search);
}
