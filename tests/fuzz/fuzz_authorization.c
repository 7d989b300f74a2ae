/* fuzz_authorization - an Authorization header; see daemon/httpd/credentials.h */
#include "tests/fuzz/fuzz.h"

#include <glib.h>

#include "daemon/httpd/credentials.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* MHD's strings end at a NUL. */
	g_autofree char *header = g_strndup((const char *)data, size);
	struct credentials credentials;

	credentials_read(header, &credentials);
	MUST((credentials.token != NULL) + (credentials.name != NULL) +
		     (credentials.problem != NULL) <=
	     1);
	MUST((credentials.name != NULL) == (credentials.password != NULL));
	if (credentials.token != NULL)
		fuzz_must_be_text(view_str(credentials.token));
	if (credentials.name != NULL) {
		fuzz_must_be_text(view_str(credentials.name));
		MUST(strchr(credentials.name, ':') == NULL);
	}
	if (credentials.problem != NULL)
		fuzz_must_be_text(view_str(credentials.problem));
	credentials_done(&credentials);
	return 0;
}
