/* auth - the user of a request; see auth.h */
#include "daemon/httpd/auth.h"

#include <string.h>

#include "parser/cleanup.h"

#define LATER "Too many passwords were wrong. Try again in a minute."

struct finding {
	struct pg *pg;
	struct passwords *passwords;
	const struct http_request *request;
	struct auth_user *user;
	const char *problem;
	unsigned status;
};

static int find_token(struct finding *f, const char *key)
{
	_cleanup_(account_free) struct account account = { 0 };
	int r = account_by_token(f->pg, key, &account);

	if (r != 0)
		return r;
	if (account.id == 0)
		f->problem = "Invalid token.";
	else if (!account.is_active)
		f->problem = "User inactive or deleted.";
	else
		f->user->id = account.id;
	return 0;
}

static int find_password(struct finding *f, const char *encoded)
{
	_cleanup_(account_free) struct account account = { 0 };
	gsize bytes;
	g_autofree char *decoded = (char *)g_base64_decode(encoded, &bytes);
	g_autofree char *pair = g_strndup(decoded, bytes);
	char *colon = strchr(pair, ':');
	int r;

	f->problem = "Invalid username/password.";
	if (colon == NULL)
		return 0;
	*colon = '\0';
	if (!g_utf8_validate(pair, -1, NULL))
		return 0;
	r = account_by_name(f->pg, pair, &account);
	if (r != 0)
		return r;
	switch (passwords_check(f->passwords, pair, colon + 1, account.password,
				f->request->client)) {
	case PASSWORD_RIGHT:
		if (account.is_active) {
			f->problem = NULL;
			f->user->id = account.id;
			f->user->has_password = true;
		}
		break;
	case PASSWORD_WRONG:
		break;
	case PASSWORD_LATER:
		f->problem = LATER;
		f->status = 503;
		break;
	}
	return 0;
}

static const struct scheme {
	const char *name;
	int (*find)(struct finding *f, const char *credentials);
	const char *nothing, *spaces;
} schemes[] = {
	{ "token", find_token, "Invalid token header. No credentials provided.",
	  "Invalid token header. Token string should not contain spaces." },
	{ "basic", find_password, "Invalid basic header. No credentials provided.",
	  "Invalid basic header. Credentials string should not contain spaces." },
};

/* Split the header at white space. */
static GPtrArray *words_of(char *header)
{
	GPtrArray *words = g_ptr_array_new();
	char *rest = header, *word;

	while ((word = strsep(&rest, " \t")) != NULL)
		if (*word != '\0')
			g_ptr_array_add(words, word);
	return words;
}

int auth_find(struct pg *pg, struct passwords *passwords, const struct http_request *request,
	      struct auth_user *ret_user, const char **ret_problem, unsigned *ret_status)
{
	g_autofree char *header = g_strdup(request->headers[HTTP_AUTHORIZATION]);
	g_autoptr(GPtrArray) words = words_of(header);
	struct finding f = { .pg = pg,
			     .passwords = passwords,
			     .request = request,
			     .user = ret_user,
			     .status = 403 };
	int r = 0;

	*ret_user = (struct auth_user){ 0 };
	for (size_t i = 0; words->len > 0 && i < G_N_ELEMENTS(schemes); i++) {
		if (g_ascii_strcasecmp(words->pdata[0], schemes[i].name) != 0)
			continue;
		if (words->len == 1)
			f.problem = schemes[i].nothing;
		else if (words->len > 2)
			f.problem = schemes[i].spaces;
		else
			r = schemes[i].find(&f, words->pdata[1]);
	}
	*ret_problem = f.problem;
	*ret_status = f.status;
	return r;
}
