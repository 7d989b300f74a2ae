/*
 * test_password - hashes of passwords, the limit of failed attempts; see daemon/httpd/password.h
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "tests/unit/check.h"

#include <dlfcn.h>
#include <glib.h>
#include <string.h>

#include "daemon/httpd/password.h"

/* Hashes of three rounds, for the passwords `secret` and `other`, and for an empty one. */
#define SECRET "pbkdf2_sha256$3$salt$ZkQCDhkdIVkXw5p5oRPN1Y3gketXiQpjnOxfmasvQZo="
#define OTHER  "pbkdf2_sha256$3$salt$t7NJcEoc+5tzEEak1mwHDwTS9y4btATK+B9SvfP9muA="
#define EMPTY  "pbkdf2_sha256$3$salt$Xd+DmvotX7S+VuGg9IkXYXVZvvYewSK/yhx/dayPQB0="

typedef struct evp_md_st EVP_MD;

/* ---- substitutes for the clock and for libcrypto's function */

static gint64 clock_secs = 1000;

gint64 g_get_monotonic_time(void)
{
	return clock_secs * G_USEC_PER_SEC;
}

static GMutex making;
static GCond may_make;
static bool is_blocked;
static int hashes_made, last_rounds;

int PKCS5_PBKDF2_HMAC(const char *pass, int passlen, const unsigned char *salt, int saltlen,
		      int iter, const EVP_MD *digest, int keylen, unsigned char *out);

/*
 * Only few rounds are made, since many take a quarter of a second.  With the salt `nobody` every
 * password has the same hash.
 */
int PKCS5_PBKDF2_HMAC(const char *pass, int passlen, const unsigned char *salt, int saltlen,
		      int iter, const EVP_MD *digest, int keylen, unsigned char *out)
{
	static int (*real)(const char *, int, const unsigned char *, int, int, const EVP_MD *, int,
			   unsigned char *);

	g_mutex_lock(&making);
	hashes_made++;
	last_rounds = iter;
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "PKCS5_PBKDF2_HMAC");
	while (is_blocked)
		g_cond_wait(&may_make, &making);
	g_mutex_unlock(&making);
	if (saltlen == 6 && memcmp(salt, "nobody", 6) == 0) {
		memset(out, 0, (size_t)keylen);
		return 1;
	}
	return real(pass, passlen, salt, saltlen, iter > 1000 ? 1 : iter, digest, keylen, out);
}

/* ---- hashes */

static struct view matches(struct arena *arena, struct view text)
{
	struct view encoded, password = check_pair(text, &encoded);
	g_autofree char *word = g_strndup(password.ptr, password.len);
	g_autofree char *hash = g_strndup(encoded.ptr, encoded.len);

	(void)arena;
	return password_matches(word, hash) ? VIEW("yes") : VIEW("no");
}

static const struct check_case hashes[] = {
	{ "the password", V("secret|" SECRET), V("yes") },
	{ "another password", V("Secret|" SECRET), V("no") },
	{ "no password", V("|" SECRET), V("no") },
	{ "an empty password", V("|" EMPTY), V("yes") },
	{ "not the empty password", V("secret|" EMPTY), V("no") },
	{ "the stored hash", V(SECRET "|" SECRET), V("no") },
	{ "another algorithm",
	  V("secret|pbkdf2_sha1$3$salt$ZkQCDhkdIVkXw5p5oRPN1Y3gketXiQpjnOxfmasvQZo="), V("no") },
	{ "a user without a password", V("|!1234567890123456789012345678901234567890"), V("no") },
	{ "no hash at all", V("|"), V("no") },
	{ "one part too many", V("secret|" SECRET "$x"), V("no") },
	{ "one part too few", V("secret|pbkdf2_sha256$3$salt"), V("no") },
	{ "no bytes", V("secret|pbkdf2_sha256$3$salt$"), V("no") },
	{ "one byte too many",
	  V("secret|pbkdf2_sha256$3$salt$ZkQCDhkdIVkXw5p5oRPN1Y3gketXiQpjnOxfmasvQZp4"), V("no") },
	{ "one byte too few",
	  V("secret|pbkdf2_sha256$3$salt$ZkQCDhkdIVkXw5p5oRPN1Y3gketXiQpjnOxfmasvQQ=="), V("no") },
	{ "another salt",
	  V("secret|pbkdf2_sha256$3$sal$ZkQCDhkdIVkXw5p5oRPN1Y3gketXiQpjnOxfmasvQZo="), V("no") },
	{ "no rounds",
	  V("secret|pbkdf2_sha256$0$salt$ZkQCDhkdIVkXw5p5oRPN1Y3gketXiQpjnOxfmasvQZo="), V("no") },
};

static void counts_rounds(void **state)
{
	static const char hash[] = "salt$ZkQCDhkdIVkXw5p5oRPN1Y3gketXiQpjnOxfmasvQZo=";
	g_autofree char *most = g_strdup_printf("pbkdf2_sha256$%d$%s", PASSWORD_ROUNDS_MAX, hash);
	g_autofree char *more =
		g_strdup_printf("pbkdf2_sha256$%d$%s", PASSWORD_ROUNDS_MAX + 1, hash);
	g_autofree char *none = g_strdup_printf("pbkdf2_sha256$0$%s", hash);

	(void)state;
	(void)password_matches("secret", most);
	assert_int_equal(last_rounds, PASSWORD_ROUNDS_MAX);
	hashes_made = 0;
	assert_false(password_matches("secret", more));
	assert_int_equal(hashes_made, 0);
	/* libcrypto must not be called for no rounds, since its versions differ in that case. */
	assert_false(password_matches("secret", none));
	assert_int_equal(hashes_made, 0);
}

static void a_new_hash_matches(void **state)
{
	g_autofree char *first = password_encode("secret"), *second = password_encode("secret");
	g_autofree char *none = password_unusable();

	(void)state;
	assert_true(password_matches("secret", first));
	assert_false(password_matches("other", first));
	assert_string_not_equal(first, second);
	assert_false(password_matches(none, none));
}

/* ---- tries */

static enum password check(struct passwords *passwords, const char *user, const char *password,
			   const char *client)
{
	return passwords_check(passwords, user, password, SECRET, client);
}

static void a_correct_password_is_remembered(void **state)
{
	struct passwords *passwords = passwords_new();

	(void)state;
	hashes_made = 0;
	assert_int_equal(check(passwords, "ada", "secret", "c"), PASSWORD_RIGHT);
	assert_int_equal(check(passwords, "ada", "secret", "c"), PASSWORD_RIGHT);
	assert_int_equal(hashes_made, 1);
	clock_secs += PASSWORD_REMEMBERED_SECS - 1;
	assert_int_equal(check(passwords, "ada", "secret", "c"), PASSWORD_RIGHT);
	assert_int_equal(hashes_made, 1);
	clock_secs++;
	assert_int_equal(check(passwords, "ada", "secret", "c"), PASSWORD_RIGHT);
	assert_int_equal(hashes_made, 2);
	/* Another user, another password, and another hash. */
	assert_int_equal(check(passwords, "bob", "secret", "c"), PASSWORD_RIGHT);
	assert_int_equal(hashes_made, 3);
	assert_int_equal(check(passwords, "ada", "other", "c"), PASSWORD_WRONG);
	assert_int_equal(passwords_check(passwords, "ada", "secret", OTHER, "c"), PASSWORD_WRONG);
	passwords_free(passwords);
}

static void a_user_without_a_password(void **state)
{
	struct passwords *passwords = passwords_new();

	(void)state;
	hashes_made = 0;
	assert_int_equal(passwords_check(passwords, "eve", "secret", NULL, "c"), PASSWORD_WRONG);
	assert_int_equal(passwords_check(passwords, "eve", "secret", NULL, "c"), PASSWORD_WRONG);
	assert_int_equal(hashes_made, 2); /* it takes as long as for a user with a password */
	assert_int_equal(last_rounds, PASSWORD_ROUNDS);
	passwords_free(passwords);
}

#define TRIES_MAX 10

/*
 * Try the allowed number of wrong passwords: for one user from many clients, or for many users from
 * one client.  TRIES_MAX repeats PASSWORD_TRIES_MAX, so that a test fails if the limit is changed.
 */
static void try_often(struct passwords *passwords, const char *user, const char *client)
{
	for (int i = 0; i < TRIES_MAX; i++) {
		g_autofree char *another = g_strdup_printf("another%d", i);

		assert_int_equal(check(passwords, user != NULL ? user : another, "wrong",
				       client != NULL ? client : another),
				 PASSWORD_WRONG);
	}
}

static void attempts_for_a_user_are_limited(void **state)
{
	struct passwords *passwords = passwords_new();

	(void)state;
	assert_int_equal(check(passwords, "bob", "secret", "other"), PASSWORD_RIGHT);
	try_often(passwords, "ada", NULL);
	assert_int_equal(check(passwords, "ada", "secret", "new"), PASSWORD_LATER);
	assert_int_equal(check(passwords, "bob", "secret", "another1"), PASSWORD_RIGHT);
	clock_secs += PASSWORD_TRIES_SECS - 1;
	assert_int_equal(check(passwords, "ada", "secret", "new"), PASSWORD_LATER);
	clock_secs++;
	assert_int_equal(check(passwords, "ada", "secret", "new"), PASSWORD_RIGHT);
	passwords_free(passwords);
}

static void attempts_of_a_client_are_limited(void **state)
{
	struct passwords *passwords = passwords_new();

	(void)state;
	try_often(passwords, NULL, "c");
	assert_int_equal(check(passwords, "bob", "secret", "c"), PASSWORD_LATER);
	assert_int_equal(check(passwords, "bob", "secret", "d"), PASSWORD_RIGHT);
	clock_secs += PASSWORD_TRIES_SECS;
	assert_int_equal(check(passwords, "eve", "secret", "c"), PASSWORD_RIGHT);
	passwords_free(passwords);
}

/* ---- workers */

struct asker {
	struct passwords *passwords;
	enum password answer;
};

static gint answered;

static gpointer ask(gpointer data)
{
	struct asker *asker = data;

	asker->answer = check(asker->passwords, "ada", "secret", "c");
	(void)g_atomic_int_add(&answered, 1);
	return NULL;
}

static void set_blocked(bool value)
{
	g_mutex_lock(&making);
	is_blocked = value;
	g_cond_broadcast(&may_make);
	g_mutex_unlock(&making);
}

/* One worker makes a hash, another one waits for that, and the third gets a refusal at once. */
static void at_most_two_workers_are_busy(void **state)
{
	struct passwords *passwords = passwords_new();
	struct asker askers[3];
	GThread *threads[3];
	int later = 0, right = 0;

	(void)state;
	set_blocked(true);
	for (int i = 0; i < 3; i++) {
		askers[i].passwords = passwords;
		threads[i] = g_thread_new("asker", ask, &askers[i]);
	}
	for (int i = 0; i < 2000 && g_atomic_int_get(&answered) == 0; i++)
		g_usleep(1000);
	assert_int_equal(g_atomic_int_get(&answered), 1);
	set_blocked(false);
	for (int i = 0; i < 3; i++) {
		(void)g_thread_join(threads[i]);
		later += askers[i].answer == PASSWORD_BUSY;
		right += askers[i].answer == PASSWORD_RIGHT;
	}
	assert_int_equal(later, 1);
	assert_int_equal(right, 2);
	passwords_free(passwords);
}

RUN(EACH(matches, hashes), TEST(counts_rounds), TEST(a_new_hash_matches),
    TEST(a_correct_password_is_remembered), TEST(a_user_without_a_password),
    TEST(attempts_for_a_user_are_limited), TEST(attempts_of_a_client_are_limited),
    TEST(at_most_two_workers_are_busy))
