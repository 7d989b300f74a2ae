/*
 * credentials - the Authorization header: a token, or a name and a password (RFC 7617)
 *
 * The schemes are `Token KEY` and `Basic BASE64`, in any case.  A header without a scheme, or with
 * an unknown one, has no credentials.
 */
#ifndef DAEMON_HTTPD_CREDENTIALS_H
#define DAEMON_HTTPD_CREDENTIALS_H

#define CREDENTIALS_WRONG "Invalid username/password."

/*
 * Django's names have 150 characters; longer ones need not be remembered for their wrong passwords.
 */
#define CREDENTIALS_NAME_BYTES_MAX 600

/* Texts are UTF-8, but a password may be any bytes. */
struct credentials {
	char *token;
	char *name, *password;
	const char *problem; /* the error message for a header that cannot be read; static */
};

/* Read a header, or NULL.  At most one of `token`, `name` and `problem` is set. */
void credentials_read(const char *header, struct credentials *ret_credentials);
void credentials_done(struct credentials *credentials);

#endif
