/*
 * password - checks passwords against Django's hashes, and limits how often
 *
 * Computing a hash takes a quarter of a second of a processor on purpose.  A correct password is
 * therefore remembered for PASSWORD_REMEMBERED_SECS, as an HMAC-SHA-256 with a random key of this
 * process.  One worker at a time computes a hash, and at most one other waits for it.  After
 * PASSWORD_TRIES_MAX wrong passwords for a user or from an address, all are refused for a minute.
 */
#ifndef DAEMON_HTTPD_PASSWORD_H
#define DAEMON_HTTPD_PASSWORD_H

#include <stdbool.h>

#define PASSWORD_REMEMBERED_SECS 300
#define PASSWORD_TRIES_MAX       10
#define PASSWORD_TRIES_SECS      60
#define PASSWORD_ROUNDS_MAX      10000000

struct passwords;

struct passwords *passwords_new(void);
void passwords_free(struct passwords *passwords);

enum password {
	PASSWORD_RIGHT,
	PASSWORD_WRONG,
	PASSWORD_LATER, /* too many were wrong */
	PASSWORD_BUSY,  /* too many are being checked */
};

/*
 * Check `password` against `encoded` (`pbkdf2_sha256$ROUNDS$SALT$BASE64`; NULL for an unknown
 * user, which takes the same time).  `origin` is client_origin() of the client.  Any thread may
 * call it.
 */
enum password passwords_check(struct passwords *passwords, const char *user, const char *password,
			      const char *encoded, const char *origin);

/* Whether a password has this hash.  It is computed without limits and takes long. */
bool password_matches(const char *password, const char *encoded);

/* Rounds of a new hash, as in Django 3.2; newer releases increase them when a user logs in. */
#define PASSWORD_ROUNDS 260000

/*
 * A new hash of a password; a hash that no password has, for a user without one; and the key of a
 * new token (40 hexadecimal digits).  The caller frees them.
 */
char *password_encode(const char *password);
char *password_unusable(void);
char *password_token(void);

#endif
