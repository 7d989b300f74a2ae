/* loaded - libraries that are opened when they are needed; see loaded.h */
#include "daemon/loaded.h"

#include <dlfcn.h>
#include <glib.h>
#include <stdlib.h>

bool loaded_is_there(struct loaded *library)
{
	if (g_once_init_enter(&library->tried)) {
		library->handle = dlopen(library->name, RTLD_NOW | RTLD_LOCAL);
		g_once_init_leave(&library->tried, 1);
	}
	return library->handle != NULL;
}

void *loaded_find(const struct loaded *library, const char *function)
{
	void *found = dlsym(library->handle, function);

	if (found == NULL)
		abort();
	return found;
}
