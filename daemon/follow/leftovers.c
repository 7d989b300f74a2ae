/* leftovers - files in a git repository of processes that were killed; see leftovers.h */
#define _XOPEN_SOURCE 700 /* nftw() */
#include "daemon/follow/leftovers.h"

#include <errno.h>
#include <ftw.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Folders that are open at the same time. */
#define FOLDERS_OPEN_MAX 16

static int remove_any(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

int leftovers_remove_folder(const char *path)
{
	if (nftw(path, remove_any, FOLDERS_OPEN_MAX, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT)
		return 0;
	return -errno;
}

void leftovers_remove_packs(const char *repository)
{
	g_autofree char *folder = g_build_filename(repository, "objects", "pack", NULL);
	g_autoptr(GDir) packs = g_dir_open(folder, 0, NULL);
	const char *name;

	while (packs != NULL && (name = g_dir_read_name(packs)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (g_str_has_prefix(name, "tmp_"))
			(void)g_unlink(path);
	}
}

/* The many folders of loose objects are not searched: they have no locks. */
static bool is_of_objects(const char *folder, const char *name)
{
	return strlen(name) == 2 && g_str_has_suffix(folder, "/objects");
}

bool leftovers_remove_locks(const char *repository)
{
	g_autoptr(GDir) folder = g_dir_open(repository, 0, NULL);
	const char *name;
	bool removed = false;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *path = g_build_filename(repository, name, NULL);

		if (is_of_objects(repository, name) || g_file_test(path, G_FILE_TEST_IS_SYMLINK))
			continue;
		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			removed |= leftovers_remove_locks(path);
		else if (g_str_has_suffix(name, ".lock"))
			removed |= g_unlink(path) == 0;
	}
	return removed;
}
