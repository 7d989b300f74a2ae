/* git_log - runs `git log -p`; see git_log.h */
#include "daemon/commits/git_log.h"

/* The default layout of diffs, which overrides any configuration. */
static const char *const configuration[] = {
	"diff.renames=true",
	"diff.renameLimit=1000",
	"diff.suppressBlankEmpty=false",
	"core.attributesFile=/dev/null",
	"core.bigFileThreshold=512m", /* larger files have no diff */
	"core.quotePath=true",
	"log.showRoot=true",
	"log.follow=false",
	"i18n.logOutputEncoding=UTF-8",
	"core.pager=cat",
	"diff.wsErrorHighlight=none",
};

static const char *const options[] = {
	"-p",
	"-U3",
	"-O/dev/null",
	"--inter-hunk-context=0",
	"--no-ext-diff",
	"--no-textconv",
	"--no-color",
	"--no-color-moved",
	"--diff-algorithm=default",
	"--indent-heuristic",
	"--src-prefix=a/",
	"--dst-prefix=b/",
	"--no-relative",
	"--submodule=short",
	"--ignore-submodules=none",
	"--no-show-signature",
	"--no-notes",
	"--no-merges",
	"--full-diff",
	"--encoding=UTF-8",
	"--date-order",
	"--reverse",
};

static void add_all(GPtrArray *arguments, const GPtrArray *more)
{
	for (guint i = 0; i < more->len; i++)
		g_ptr_array_add(arguments, g_strdup(more->pdata[i]));
}

int git_log_start(const char *repository, const char *format, const GPtrArray *limits,
		  const GPtrArray *revisions, const GPtrArray *paths, struct git **ret_git)
{
	g_autoptr(GPtrArray) arguments = g_ptr_array_new_with_free_func(g_free);

	for (size_t i = 0; i < G_N_ELEMENTS(configuration); i++) {
		g_ptr_array_add(arguments, g_strdup("-c"));
		g_ptr_array_add(arguments, g_strdup(configuration[i]));
	}
	g_ptr_array_add(arguments, g_strdup("log"));
	for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
		g_ptr_array_add(arguments, g_strdup(options[i]));
	g_ptr_array_add(arguments, g_strconcat("--format=", format, NULL));
	add_all(arguments, limits);
	add_all(arguments, revisions);
	g_ptr_array_add(arguments, g_strdup("--"));
	add_all(arguments, paths);
	return git_start(repository, arguments, GIT_COMPLAINTS, ret_git);
}
