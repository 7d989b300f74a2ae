/*
 * directory - the working directory of a test, empty at the beginning and removed at the end
 *
 * make_directory() and remove_directory() are for cmocka_unit_test_setup_teardown(); they include
 * check_begin() and check_end().  The file that includes this defines _GNU_SOURCE, for nftw(3).
 */
#ifndef TESTS_UNIT_DIRECTORY_H
#define TESTS_UNIT_DIRECTORY_H

#include "tests/unit/check.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/patchmda_test.XXXXXX";

static int make_directory(void **state)
{
	if (check_begin(state) != 0)
		return -1;
	memcpy(directory + sizeof(directory) - 7, "XXXXXX", 6);
	return mkdtemp(directory) != NULL ? chdir(directory) : -1;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

static int remove_directory(void **state)
{
	int r = chdir("/");

	r |= nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return check_end(state) | r;
}

#endif
