/*
 * password - whether a password is right, by Django's hashes, and how often that may be asked
 *
 * A hash takes a quarter of a second of a core on purpose.  So a right password is remembered for
 * PASSWORD_REMEMBERED_SECS, by a keyed hash (HMAC-SHA-256 with a key that this process drew); at
 * most one hash is made at a time and one waits, however many workers there are; and for a user or
 * from a client address that was wrong PASSWORD_TRIES_MAX times, none is made for a minute.
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

enum password { PASSWORD_RIGHT, PASSWORD_WRONG, PASSWORD_LATER };

/*
 * Check `password` against `encoded` (`pbkdf2_sha256$ROUNDS$SALT$BASE64`; NULL: there is no such
 * user, which takes as long).  PASSWORD_LATER: too much was asked.  May be called by any thread.
 */
enum password passwords_check(struct passwords *passwords, const char *user, const char *password,
			      const char *encoded, const char *client);

/* Whether a password fits, however long that takes. */
bool password_fits(const char *password, const char *encoded);

/* Rounds of a new hash: Django 3.2's, which its newer releases raise when a user logs in. */
#define PASSWORD_ROUNDS 260000

/*
 * A new hash of a password; the hash of a user without a password, which none fits; and a key for a
 * token (40 hexadecimal digits).  The caller frees them.
 */
char *password_encode(const char *password);
char *password_unusable(void);
char *password_token(void);

#endif
