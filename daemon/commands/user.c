/* user - `patchmda user`: lists, adds and changes users, and their tokens */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/commands/commands.h"
#include "daemon/httpd/password.h"
#include "daemon/option_value.h"
#include "daemon/output/terminal.h"
#include "daemon/prompt.h"
#include "daemon/settings.h"
#include "parser/cleanup.h"
#include "parser/text.h"
#include "sql/change/users.h"
#include "sql/names.h"
#include "sql/report/read.h"

struct request {
	struct store_options options;
	struct user_settings settings;
	GPtrArray *maintain, *leave;
	bool has_password;
	bool has_token;
	bool is_new, is_removed; /* of the token */
	const char *verb;
	const char *name;
};

/* ---- subcommands */

static int list(struct pg *pg)
{
	g_autoptr(GString) text = g_string_new(NULL);
	int r = users_list(pg, text);

	terminal_print_lines(stdout, view_of(text->str, text->len));
	return r;
}

static int add(struct pg *pg, const struct request *request, char **ret_unknown)
{
	g_autofree char *unusable = password_unusable(), *token = password_token();
	struct user_settings settings = request->settings;
	int r;

	if (settings.password == NULL)
		settings.password = unusable;
	r = users_add(pg, request->name, &settings, request->has_token ? token : NULL, ret_unknown);
	if (r == 0 && request->has_token)
		puts(token);
	return r;
}

static int token(struct pg *pg, const struct request *request)
{
	g_autofree char *fresh = password_token(), *key = NULL;
	int r;

	if (request->is_removed)
		return users_remove_token(pg, request->name);
	r = users_token(pg, request->name, fresh, request->is_new, &key);
	if (r == 0)
		puts(key);
	return r;
}

static int act(struct pg *pg, const struct request *request, char **ret_unknown)
{
	if (strcmp(request->verb, "list") == 0)
		return list(pg);
	if (strcmp(request->verb, "add") == 0)
		return add(pg, request, ret_unknown);
	if (strcmp(request->verb, "set") == 0)
		return users_set(pg, request->name, &request->settings, ret_unknown);
	return token(pg, request);
}

static void complain(struct pg *pg, const struct request *request, int r, const char *unknown)
{
	const char *name = request->name != NULL ? request->name : "";
	g_autofree char *missing = NULL;

	fprintf(stderr, "patchmda user %s%s", request->verb, name[0] != '\0' ? " " : "");
	terminal_print(stderr, view_str(name));
	if (r == -ENOENT) {
		missing = unknown != NULL ? names_missing(pg, NAMES_PROJECT, unknown)
					  : names_missing(pg, NAMES_USER, name);
		fputs(": ", stderr);
		terminal_print(stderr, view_str(missing));
		(void)putc('\n', stderr);
	} else if (strcmp(pg_sqlstate(pg), PG_UNIQUE_VIOLATION) == 0) {
		fputs(": there is a user of this name already\n", stderr);
	} else {
		fprintf(stderr, ": %s\n", read_message(pg));
	}
}

/* ---- options */

static bool fits(const char *value, size_t chars_max)
{
	return g_utf8_validate(value, -1, NULL) && text_length(view_str(value)) <= chars_max;
}

static bool take_name(void *field, const struct option_row *row, const char *value)
{
	return option_text(field, row, value) && fits(value, USERS_NAME_CHARS_MAX);
}

static bool take_email(void *field, const struct option_row *row, const char *value)
{
	const char *at = strchr(value, '@');

	return option_text(field, row, value) && fits(value, USERS_EMAIL_CHARS_MAX) && at != NULL &&
	       at > value && at[1] != '\0' && strpbrk(value, " \t\r\n<>,") == NULL;
}

static const struct option_row rows[] = {
	OPTION_OTHER("email", "ADDRESS", "the user's address; that sender's patches are the user's",
		     struct request, settings.email, take_email,
		     "an address of at most 254 characters"),
	OPTION_OTHER("first-name", "NAME", "the first name, which web pages show", struct request,
		     settings.first_name, take_name, "at most 150 characters"),
	OPTION_OTHER("last-name", "NAME", "the last name", struct request, settings.last_name,
		     take_name, "at most 150 characters"),
	OPTION_OTHER("maintainer", "PROJECT",
		     "make the user a maintainer of a project; may be given several\n"
		     "times",
		     struct request, maintain, option_list, "a link name"),
	OPTION_OTHER("no-maintainer", "PROJECT",
		     "remove the user from its maintainers; may be given several\n"
		     "times",
		     struct request, leave, option_list, "a link name"),
	OPTION_OTHER("active", "on|off", "whether the user can log in", struct request,
		     settings.active, option_switch, "on or off"),
	OPTION_FLAG("password", "ask for a password, or read it from standard input",
		    struct request, has_password),
	OPTION_FLAG("token", "create a token and print it (add)", struct request, has_token),
	OPTION_FLAG("new", "replace the token (token)", struct request, is_new),
	OPTION_FLAG("remove", "remove the token (token)", struct request, is_removed),
};

static const struct command_line line = {
	.command = "user",
	.synopsis = "user [list]\n"
		    "user add NAME --email ADDRESS [OPTION]...\n"
		    "user set NAME [OPTION]...\n"
		    "user token NAME [--new | --remove]",
	.description = "List, add or change the users of the REST interface, and their tokens.",
	.examples = "  patchmda user add ada --email ada@example.org --maintainer ltp --token\n"
		    "  patchmda user set ada --password\n",
	.rows = rows,
	.row_count = G_N_ELEMENTS(rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_DATABASE,
	.store_offset = offsetof(struct request, options),
	.operands_max = 2,
};

/* As Django's: letters of any script, digits and @.+-_ */
static bool is_user_name(const char *name)
{
	if (!fits(name, USERS_NAME_CHARS_MAX) || name[0] == '\0')
		return false;
	for (const char *p = name; *p != '\0'; p = g_utf8_find_next_char(p, NULL))
		if (!g_unichar_isalnum(g_utf8_get_char(p)) && strchr("@.+-_", *p) == NULL)
			return false;
	return true;
}

/* The error if an option does not belong to the subcommand; NULL if there is none. */
static const char *find_stray(const struct request *request)
{
	bool is_add = strcmp(request->verb, "add") == 0, is_set = strcmp(request->verb, "set") == 0;
	const struct user_settings *settings = &request->settings;
	bool has_settings = settings->email != NULL || settings->first_name != NULL ||
			    settings->last_name != NULL || request->maintain->len > 0 ||
			    request->has_password;

	if (has_settings && !is_add && !is_set)
		return "settings belong to add and set";
	if ((request->leave->len > 0 || settings->active != NULL) && !is_set)
		return "--no-maintainer and --active belong to set";
	if (request->has_token && !is_add)
		return "--token belongs to add";
	if ((request->is_new || request->is_removed) && strcmp(request->verb, "token") != 0)
		return "--new and --remove belong to token";
	return request->is_new && request->is_removed ? "--new and --remove exclude each other"
						      : NULL;
}

/* The error in a request; NULL if there is none. */
static const char *find_misuse(const struct request *request)
{
	if (strcmp(request->verb, "list") == 0) {
		if (request->name != NULL)
			return "list takes no name";
	} else if (request->name == NULL) {
		return "the name is missing";
	}
	if (strcmp(request->verb, "add") == 0 && request->settings.email == NULL)
		return "--email is missing";
	return find_stray(request);
}

/* Returns EX_OK, or EX_USAGE after reporting the error. */
static int check(const struct request *request)
{
	static const char *const verbs[] = { "list", "add", "set", "token", NULL };
	const char *misuse;

	if (!g_strv_contains(verbs, request->verb))
		return options_complain(&line,
					"unknown subcommand '%s'; use list, add, set or token",
					request->verb);
	misuse = find_misuse(request);
	if (misuse != NULL)
		return options_complain(&line, "%s", misuse);
	if (strcmp(request->verb, "add") == 0 && !is_user_name(request->name))
		return options_complain(
			&line, "a name has letters, digits and @.+-_, at most 150, not '%s'",
			request->name);
	return EX_OK;
}

/* ---- running */

/* Returns 0 or the exit status. */
static int read_password(struct request *request, char **ret_encoded)
{
	g_autofree char *password = NULL;
	int r = prompt_password(&password);
	const char *what = r == -ENODATA  ? "the password is empty"
			   : r == -E2BIG  ? "the password is too long"
			   : r == -EILSEQ ? "the password is not valid UTF-8"
			   : r == -EAGAIN ? "the two passwords differ"
					  : strerror(-r);

	if (r != 0) {
		fprintf(stderr, "patchmda user %s: %s\n", request->verb, what);
		return EX_DATAERR;
	}
	*ret_encoded = password_encode(password);
	request->settings.password = *ret_encoded;
	return 0;
}

/* Returns the exit status. */
static int run(struct request *request)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	g_autofree char *encoded = NULL, *unknown = NULL;
	int r = request->has_password ? read_password(request, &encoded) : 0;

	if (r != 0)
		return r;
	request->settings.maintain = request->maintain;
	request->settings.leave = request->leave;
	r = pg_open(request->options.conninfo, request->options.connect_timeout_secs, &pg);
	if (r == 0)
		r = act(pg, request, &unknown);
	if (r != 0)
		complain(pg, request, r, unknown);
	return r == 0 ? EX_OK : r == -ENOENT ? EX_DATAERR : EX_UNAVAILABLE;
}

int cmd_user(int argc, char **argv)
{
	g_autoptr(GPtrArray) maintain = g_ptr_array_new();
	g_autoptr(GPtrArray) leave = g_ptr_array_new();
	struct request request = { .options = store_defaults,
				   .maintain = maintain,
				   .leave = leave };
	char **operands;
	int r = options_read(&line, argc, argv, &request, &operands);

	if (r != OPTIONS_READ)
		return r;
	request.verb = operands[0] != NULL ? operands[0] : "list";
	request.name = operands[0] != NULL ? operands[1] : NULL;
	r = check(&request);
	if (r == EX_OK)
		r = run(&request);
	return terminal_end(r, EX_IOERR);
}
