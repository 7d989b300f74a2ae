/* pushed - the commits of a push; see pushed.h */
#include "daemon/commits/pushed.h"

#include <errno.h>

#include "daemon/input.h"

/* Limit of the hook's input: no push has that many refs. */
#define INPUT_MAX ((size_t)16 << 20)

/*
 * Limit of excluded refs, because the length of a command line is limited.  If more refs are
 * pushed, all commits of new refs count as new.
 */
#define EXCLUDED_MAX 1000

static const char *const usual_refs[] = { "refs/heads/*", "refs/tags/*" };

struct update {
	char *old; /* NULL: the ref is new */
	char *new; /* NULL: the ref was deleted */
	char *ref;
};

static bool is_hash(const char *word)
{
	size_t len = strspn(word, "0123456789abcdef");

	return word[len] == '\0' && (len == 40 || len == 64);
}

static bool is_zero(const char *hash)
{
	return hash[strspn(hash, "0")] == '\0';
}

static bool is_chosen(const GPtrArray *refs, const char *ref)
{
	for (guint i = 0; i < refs->len; i++)
		if (g_pattern_match_simple(refs->pdata[i], ref))
			return true;
	return false;
}

static bool read_line(char *line, const GPtrArray *refs, GArray *updates)
{
	char *new = strchr(line, ' '), *ref = new != NULL ? strchr(new + 1, ' ') : NULL;
	struct update update;

	if (ref == NULL)
		return false;
	*new ++ = '\0';
	*ref++ = '\0';
	if (!is_hash(line) || !is_hash(new) || !g_str_has_prefix(ref, "refs/"))
		return false;
	update = (struct update){ is_zero(line) ? NULL : line, is_zero(new) ? NULL : new, ref };
	if (update.new != NULL && is_chosen(refs, ref))
		g_array_append_val(updates, update);
	return true;
}

/* The option --glob for a pattern.  Without a wildcard git would append a slash and `*` to it. */
static char *glob_of(const char *pattern)
{
	size_t len = strlen(pattern);

	if (strpbrk(pattern, "*?[") != NULL || len == 0)
		return g_strconcat("--glob=", pattern, NULL);
	return g_strdup_printf("--glob=%.*s[%c]", (int)len - 1, pattern, pattern[len - 1]);
}

/* Exclude commits that other refs have. */
static void leave_out_known(const GPtrArray *refs, const GArray *updates, GPtrArray *revisions)
{
	g_ptr_array_add(revisions, g_strdup("--not"));
	for (guint i = 0; i < refs->len; i++) {
		for (guint k = 0; k < updates->len; k++)
			g_ptr_array_add(revisions,
					g_strconcat("--exclude=",
						    g_array_index(updates, struct update, k).ref,
						    NULL));
		g_ptr_array_add(revisions, glob_of(refs->pdata[i]));
	}
}

static void add_revisions(const GPtrArray *refs, const GArray *updates, GPtrArray *limits,
			  GPtrArray *revisions)
{
	bool has_new = false;

	/* After a forced push the old commit may be missing. */
	g_ptr_array_add(limits, g_strdup("--ignore-missing"));
	for (guint i = 0; i < updates->len; i++) {
		const struct update *update = &g_array_index(updates, struct update, i);

		g_ptr_array_add(revisions, g_strdup(update->new));
		if (update->old != NULL)
			g_ptr_array_add(revisions, g_strconcat("^", update->old, NULL));
		has_new = has_new || update->old == NULL;
	}
	if (has_new && updates->len <= EXCLUDED_MAX)
		leave_out_known(refs, updates, revisions);
}

static GPtrArray *chosen_refs(const GPtrArray *refs)
{
	GPtrArray *chosen = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < refs->len; i++)
		g_ptr_array_add(chosen, g_strdup(refs->pdata[i]));
	for (size_t i = 0; refs->len == 0 && i < G_N_ELEMENTS(usual_refs); i++)
		g_ptr_array_add(chosen, g_strdup(usual_refs[i]));
	return chosen;
}

static int read_text(int fd, char **ret_text)
{
	struct input input = { 0 };
	int r = input_read(fd, INPUT_MAX, &input);

	if (r == 0 && input.is_cut)
		r = -E2BIG;
	if (r == 0)
		*ret_text = g_strndup(input_view(&input).ptr, input.len);
	input_done(&input);
	return r;
}

int pushed_read(int fd, const GPtrArray *refs, GPtrArray *limits, GPtrArray *revisions,
		char **ret_wrong)
{
	g_autoptr(GPtrArray) chosen = chosen_refs(refs);
	g_autoptr(GArray) updates = g_array_new(FALSE, FALSE, sizeof(struct update));
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;
	int r = read_text(fd, &text);

	if (r != 0)
		return r;
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		g_autofree char *whole = g_strdup(*line);

		if (**line != '\0' && !read_line(*line, chosen, updates)) {
			*ret_wrong = g_steal_pointer(&whole);
			return -EBADMSG;
		}
	}
	if (updates->len > 0)
		add_revisions(chosen, updates, limits, revisions);
	return 0;
}
