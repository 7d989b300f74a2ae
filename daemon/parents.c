/* parents - whether the processes that started this one are still alive; see parents.h */
#include "daemon/parents.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The kernel's mark of a process that is exiting (PF_EXITING), in proc(5)'s flags. */
#define IS_EXITING 0x4U

/* More than the bytes of /proc/PID/stat up to the flags. */
#define STAT_BYTES_MAX 512

struct process {
	char name[16 + 1];
	int parent;
	int session;
	unsigned flags;
};

static bool read_process(pid_t pid, struct process *ret_process)
{
	char path[32], text[STAT_BYTES_MAX];
	const char *begin, *end;
	size_t length;
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	/* The name is between the first and the last bracket, and may contain brackets. */
	begin = strchr(text, '(');
	end = strrchr(text, ')');
	if (begin == NULL || end == NULL)
		return false;
	length = (size_t)(end - begin - 1);
	if (length >= sizeof(ret_process->name))
		length = sizeof(ret_process->name) - 1;
	memcpy(ret_process->name, begin + 1, length);
	ret_process->name[length] = '\0';
	return sscanf(end, ") %*c %d %*d %d %*d %*d %u", &ret_process->parent,
		      &ret_process->session, &ret_process->flags) == 3;
}

static bool is_one_of(const char *name, const char *const *names)
{
	while (*names != NULL && strcmp(name, *names) != 0)
		names++;
	return *names != NULL;
}

/*
 * Whether a process is an init, which runs services and adopts orphans but delivers no mail itself.
 */
static bool is_init(const char *name)
{
	static const char *const names[] = { "systemd",     "init",      "tini",
					     "docker-init", "dumb-init", "catatonit",
					     "runit",       "s6-svscan", NULL };

	return is_one_of(name, names);
}

/*
 * Whether a process reads the whole mail before it starts this one, so that its parent must live.
 */
static bool reads_first(const char *name)
{
	static const char *const names[] = { "procmail", "maildrop", NULL };

	return is_one_of(name, names);
}

/* Whether systemd started this process; it sets the variable. */
static bool is_service(void)
{
	const char *pid = getenv("SYSTEMD_EXEC_PID");

	return pid != NULL && strtol(pid, NULL, 10) == getpid();
}

/*
 * Whether a process has lost the parent that started it.  A process that does not lead its session
 * was forked in the session of its parent.  A session leader may have any parent but an init (the
 * first process, or a user's systemd), which would have adopted it.
 */
static bool is_orphan(pid_t pid, int session, const struct process *parent)
{
	return session != pid ? parent->session != session : is_init(parent->name);
}

/* Whether a process, a parent of this one, is an orphan and reads the whole mail first. */
static bool is_orphaned_reader(pid_t pid, const struct process *process)
{
	struct process parent;

	return reads_first(process->name) && process->parent > 0 &&
	       read_process(process->parent, &parent) && is_orphan(pid, process->session, &parent);
}

void parents_begin(struct parents *parents)
{
	pid_t ancestor = getppid();
	struct process process;

	parents->is_broken = false;
	for (parents->count = 0; parents->count < PARENTS_MAX && ancestor > 0; parents->count++) {
		bool is_there = read_process(ancestor, &process);

		if (is_there && parents->count == 0)
			parents->is_broken =
				(!is_service() && is_orphan(getpid(), getsid(0), &process)) ||
				is_orphaned_reader(ancestor, &process);
		parents->ancestors[parents->count] = ancestor;
		ancestor = is_there ? process.parent : 0;
	}
}

bool parents_is_whole(const struct parents *parents)
{
	pid_t ancestor = getppid();
	struct process process;

	if (parents->is_broken)
		return false;
	for (size_t i = 0; i < parents->count; i++) {
		if (ancestor != parents->ancestors[i])
			return false;
		/* The last one could not be examined before either, or is the first process. */
		if (!read_process(ancestor, &process))
			return i == parents->count - 1;
		if ((process.flags & IS_EXITING) != 0)
			return false;
		ancestor = process.parent;
	}
	return true;
}
