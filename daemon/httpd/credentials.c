/* credentials - the Authorization header; see credentials.h */
#include "daemon/httpd/credentials.h"

#include <glib.h>
#include <string.h>

static void read_token(const char *text, struct credentials *credentials)
{
	if (g_utf8_validate(text, -1, NULL))
		credentials->token = g_strdup(text);
	else
		credentials->problem =
			"Invalid token header. Token string should not contain invalid characters.";
}

/* A NUL ends the pair. */
static void read_password(const char *text, struct credentials *credentials)
{
	gsize bytes;
	g_autofree char *decoded = (char *)g_base64_decode(text, &bytes);
	g_autofree char *pair = g_strndup(decoded, bytes);
	char *colon = strchr(pair, ':');

	if (colon == NULL || colon - pair > CREDENTIALS_NAME_BYTES_MAX ||
	    !g_utf8_validate(pair, colon - pair, NULL)) {
		credentials->problem = CREDENTIALS_WRONG;
		return;
	}
	credentials->name = g_strndup(pair, (gsize)(colon - pair));
	credentials->password = g_strdup(colon + 1);
}

static const struct scheme {
	const char *name;
	void (*read)(const char *text, struct credentials *credentials);
	const char *nothing, *spaces;
} schemes[] = {
	{ "token", read_token, "Invalid token header. No credentials provided.",
	  "Invalid token header. Token string should not contain spaces." },
	{ "basic", read_password, "Invalid basic header. No credentials provided.",
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

void credentials_read(const char *header, struct credentials *ret_credentials)
{
	g_autofree char *copy = g_strdup(header);
	g_autoptr(GPtrArray) words = words_of(copy);

	*ret_credentials = (struct credentials){ 0 };
	for (size_t i = 0; words->len > 0 && i < G_N_ELEMENTS(schemes); i++) {
		if (g_ascii_strcasecmp(words->pdata[0], schemes[i].name) != 0)
			continue;
		if (words->len == 1)
			ret_credentials->problem = schemes[i].nothing;
		else if (words->len > 2)
			ret_credentials->problem = schemes[i].spaces;
		else
			schemes[i].read(words->pdata[1], ret_credentials);
	}
}

void credentials_done(struct credentials *credentials)
{
	g_free(credentials->token);
	g_free(credentials->name);
	g_free(credentials->password);
}
