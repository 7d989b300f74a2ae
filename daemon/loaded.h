/* loaded - a library that is opened by the first call of one of its functions; see dlopen(3) */
#ifndef DAEMON_LOADED_H
#define DAEMON_LOADED_H

#include <stdbool.h>
#include <stddef.h>

struct loaded {
	const char *name; /* its soname */
	void *handle;
	size_t tried;
};

/* Whether it is there; any thread may ask. */
bool loaded_is_there(struct loaded *library);

/* A function of a library that is there.  Without it this is not that library: the process aborts. */
void *loaded_find(const struct loaded *library, const char *function);

/* Calls the function of the same name; POSIX lets dlsym() find functions. */
#define LOADED_CALL(library, name, ...) \
	(((__typeof__(&name))(uintptr_t)loaded_find(library, #name))(__VA_ARGS__))

#endif
