/* password - checks passwords; see password.h */
#include "daemon/httpd/password.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <string.h>

#include "parser/view.h"

#define HASH_BYTES 32 /* of SHA-256 */
#define KEY_BYTES  32

/* Limit of the entries of a table; a full one is emptied. */
#define TABLE_MAX 1000

/* Limit of the workers that compute a hash or wait for that. */
#define HASHING_MAX 2

/*
 * The password of an unknown user is compared with this hash, which has the usual number of rounds.
 */
#define NOBODY "pbkdf2_sha256$260000$nobody$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

struct passwords {
	pthread_mutex_t lock;      /* of the tables */
	pthread_mutex_t hash_lock; /* held while a hash is computed */
	gint hashing;              /* workers that hold hash_lock or wait for it */
	GHashTable *known;  /* char *, an HMAC in hexadecimal, to int64_t *, when it expires */
	GHashTable *failed; /* char *, a user or an origin, to struct tries */
	unsigned char key[KEY_BYTES];
};

struct tries {
	int64_t until; /* when the count expires */
	unsigned count;
};

struct passwords *passwords_new(void)
{
	struct passwords *passwords = g_new0(struct passwords, 1);

	(void)pthread_mutex_init(&passwords->lock, NULL);
	(void)pthread_mutex_init(&passwords->hash_lock, NULL);
	passwords->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	passwords->failed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	/*
	 * Nothing can be remembered without a random key; libcrypto fails only if the system is
	 * broken.
	 */
	g_assert(RAND_bytes(passwords->key, sizeof(passwords->key)) == 1);
	return passwords;
}

void passwords_free(struct passwords *passwords)
{
	if (passwords == NULL)
		return;
	OPENSSL_cleanse(passwords->key, sizeof(passwords->key));
	g_hash_table_destroy(passwords->known);
	g_hash_table_destroy(passwords->failed);
	(void)pthread_mutex_destroy(&passwords->hash_lock);
	(void)pthread_mutex_destroy(&passwords->lock);
	g_free(passwords);
}

/* ---- hashes */

bool password_matches(const char *password, const char *encoded)
{
	g_auto(GStrv) parts = g_strsplit(encoded, "$", 5);
	unsigned char hash[HASH_BYTES];
	g_autofree guchar *wanted = NULL;
	gsize wanted_bytes;
	int64_t rounds;

	if (g_strv_length(parts) != 4 || !g_str_equal(parts[0], "pbkdf2_sha256") ||
	    !view_number(view_str(parts[1]), PASSWORD_ROUNDS_MAX, &rounds) || rounds == 0)
		return false;
	wanted = g_base64_decode(parts[3], &wanted_bytes);
	if (wanted_bytes != HASH_BYTES)
		return false;
	if (PKCS5_PBKDF2_HMAC(password, (int)strlen(password), (const unsigned char *)parts[2],
			      (int)strlen(parts[2]), (int)rounds, EVP_sha256(), HASH_BYTES,
			      hash) != 1)
		return false;
	return CRYPTO_memcmp(hash, wanted, HASH_BYTES) == 0;
}

/* Characters of a salt, as in Django: 22 of an alphabet of 62 are 131 bits. */
#define SALT_CHARS     22
#define UNUSABLE_CHARS 40
#define TOKEN_CHARS    40

/* Random characters of an alphabet of at most 64. */
static char *random_text(const char *alphabet, size_t chars)
{
	size_t letters = strlen(alphabet);
	GString *text = g_string_sized_new(chars);

	while (text->len < chars) {
		unsigned char byte;

		/* As in passwords_new(). */
		g_assert(RAND_bytes(&byte, 1) == 1);
		/*
		 * A value beyond the alphabet is drawn again, so that all characters are equally
		 * likely.
		 */
		if ((byte & 63) < letters)
			g_string_append_c(text, alphabet[byte & 63]);
	}
	return g_string_free(text, FALSE);
}

#define ALPHANUMERIC "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

char *password_encode(const char *password)
{
	g_autofree char *salt = random_text(ALPHANUMERIC, SALT_CHARS), *encoded = NULL;
	unsigned char hash[HASH_BYTES];

	/* It fails only if memory runs out; GLib ends the program in that case, too. */
	g_assert(PKCS5_PBKDF2_HMAC(password, (int)strlen(password), (const unsigned char *)salt,
				   (int)strlen(salt), PASSWORD_ROUNDS, EVP_sha256(), HASH_BYTES,
				   hash) == 1);
	encoded = g_base64_encode(hash, HASH_BYTES);
	return g_strdup_printf("pbkdf2_sha256$%d$%s$%s", PASSWORD_ROUNDS, salt, encoded);
}

char *password_unusable(void)
{
	g_autofree char *text = random_text(ALPHANUMERIC, UNUSABLE_CHARS);

	return g_strconcat("!", text, NULL);
}

char *password_token(void)
{
	return random_text("0123456789abcdef", TOKEN_CHARS);
}

/* An HMAC of the user, the password and the stored hash. */
static char *hmac_of(const struct passwords *passwords, const char *user, const char *password,
		     const char *encoded)
{
	g_autofree char *text = g_strjoin("\n", user, password, encoded, NULL);
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned bytes = 0;
	GString *name = g_string_new(NULL);

	(void)HMAC(EVP_sha256(), passwords->key, sizeof(passwords->key),
		   (const unsigned char *)text, strlen(text), sum, &bytes);
	OPENSSL_cleanse(text, strlen(text));
	for (unsigned i = 0; i < bytes; i++)
		g_string_append_printf(name, "%02x", sum[i]);
	return g_string_free(name, FALSE);
}

/* ---- tables */

static int64_t now_secs(void)
{
	return g_get_monotonic_time() / G_USEC_PER_SEC;
}

static void make_room(GHashTable *table)
{
	if (g_hash_table_size(table) >= TABLE_MAX)
		g_hash_table_remove_all(table);
}

static bool is_known(struct passwords *passwords, const char *name)
{
	const int64_t *until;
	bool is;

	(void)pthread_mutex_lock(&passwords->lock);
	until = g_hash_table_lookup(passwords->known, name);
	is = until != NULL && *until > now_secs();
	(void)pthread_mutex_unlock(&passwords->lock);
	return is;
}

static void remember(struct passwords *passwords, const char *name)
{
	int64_t until = now_secs() + PASSWORD_REMEMBERED_SECS;

	(void)pthread_mutex_lock(&passwords->lock);
	make_room(passwords->known);
	(void)g_hash_table_replace(passwords->known, g_strdup(name),
				   g_memdup2(&until, sizeof(until)));
	(void)pthread_mutex_unlock(&passwords->lock);
}

/* The number of wrong passwords of a user or origin, after adding `more`. */
static unsigned count_failed(struct passwords *passwords, const char *kind, const char *name,
			     unsigned more)
{
	g_autofree char *key = g_strconcat(kind, name, NULL);
	struct tries *tries;
	unsigned count = 0;

	(void)pthread_mutex_lock(&passwords->lock);
	tries = g_hash_table_lookup(passwords->failed, key);
	if (tries != NULL && tries->until <= now_secs())
		tries->count = 0;
	if (more > 0 && tries == NULL) {
		make_room(passwords->failed);
		tries = g_new0(struct tries, 1);
		(void)g_hash_table_replace(passwords->failed, g_strdup(key), tries);
	}
	if (tries != NULL && tries->count == 0)
		tries->until = now_secs() + PASSWORD_TRIES_SECS;
	if (tries != NULL)
		count = tries->count += more;
	(void)pthread_mutex_unlock(&passwords->lock);
	return count;
}

static bool may_try(struct passwords *passwords, const char *user, const char *origin)
{
	return count_failed(passwords, "user ", user, 0) < PASSWORD_TRIES_MAX &&
	       count_failed(passwords, "origin ", origin, 0) < PASSWORD_TRIES_MAX;
}

enum password passwords_check(struct passwords *passwords, const char *user, const char *password,
			      const char *encoded, const char *origin)
{
	g_autofree char *name =
		hmac_of(passwords, user, password, encoded != NULL ? encoded : NOBODY);
	bool is_checked = false, matches = false;

	if (encoded != NULL && is_known(passwords, name))
		return PASSWORD_RIGHT;
	if (!may_try(passwords, user, origin))
		return PASSWORD_LATER;
	if (g_atomic_int_add(&passwords->hashing, 1) < HASHING_MAX) {
		(void)pthread_mutex_lock(&passwords->hash_lock);
		matches = password_matches(password, encoded != NULL ? encoded : NOBODY) &&
			  encoded != NULL;
		(void)pthread_mutex_unlock(&passwords->hash_lock);
		is_checked = true;
	}
	(void)g_atomic_int_add(&passwords->hashing, -1);
	if (!is_checked)
		return PASSWORD_BUSY;
	if (matches) {
		remember(passwords, name);
		return PASSWORD_RIGHT;
	}
	(void)count_failed(passwords, "user ", user, 1);
	(void)count_failed(passwords, "origin ", origin, 1);
	return PASSWORD_WRONG;
}
