/* passfile - libpq's password file as a systemd credential; see passfile.h */
#include "daemon/passfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/input.h"
#include "daemon/log.h"

#define PASSFILE_BYTES_MAX ((size_t)1 << 20)

static int copy_file(int from, const char *path)
{
	struct input input = { 0 };
	int r = input_read(from, PASSFILE_BYTES_MAX, &input);
	int fd = -1;

	(void)unlink(path);
	if (r == 0)
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (r == 0 && fd < 0)
		r = -errno;
	if (r == 0 && write(fd, input.ptr, input.len) != (ssize_t)input.len)
		r = -EIO;
	if (fd >= 0)
		(void)close(fd);
	input_done(&input);
	return r;
}

/*
 * libpq ignores a password file whose mode lets others read it.  A credential may have such a mode,
 * because it has an access control list; then a copy is used.
 */
static int use_passfile(const char *path, int fd)
{
	const char *runtime = getenv("RUNTIME_DIRECTORY");
	char copy[PATH_MAX];
	struct stat status;
	int r;

	if (fstat(fd, &status) != 0)
		return -errno;
	if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return setenv("PGPASSFILE", path, 1) == 0 ? 0 : -errno;
	if (runtime == NULL)
		return -ENOENT;
	r = snprintf(copy, sizeof(copy), "%s/pgpass", runtime);
	if (r < 0 || (size_t)r >= sizeof(copy))
		return -ENAMETOOLONG;
	r = copy_file(fd, copy);
	if (r != 0)
		return r;
	return setenv("PGPASSFILE", copy, 1) == 0 ? 0 : -errno;
}

void passfile_use(void)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char path[PATH_MAX];
	int r, fd;

	if (dir == NULL || getenv("PGPASSFILE") != NULL)
		return;
	r = snprintf(path, sizeof(path), "%s/pgpass", dir);
	if (r < 0 || (size_t)r >= sizeof(path))
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	r = use_passfile(path, fd);
	if (r != 0)
		log_line(LOG_ERR, "the password file cannot be used: %s", strerror(-r));
	(void)close(fd);
}
