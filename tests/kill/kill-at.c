/*
 * kill-at - a library to be preloaded: counts the calls of libpq and dies by SIGKILL at one
 *
 * The moments before and after each call that talks to the server are numbered from 1, over all
 * threads.  KILL_AT is the number to die at; KILL_COUNT names a file into which a process that
 * lives writes how many there were.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_long moments;
static long kill_at;

__attribute__((constructor)) static void begin(void)
{
	const char *value = getenv("KILL_AT");

	if (value != NULL)
		kill_at = strtol(value, NULL, 10);
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("KILL_COUNT");
	FILE *file = path != NULL ? fopen(path, "w") : NULL;

	if (file == NULL)
		return;
	fprintf(file, "%ld\n", atomic_load(&moments));
	(void)fclose(file);
}

static void moment(void)
{
	if (atomic_fetch_add(&moments, 1) + 1 == kill_at)
		(void)kill(getpid(), SIGKILL);
}

static void *original(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		abort();
	return function;
}

/* Stands for libpq's function of that name. */
#define STAND_IN(type, name, parameters, arguments)                                             \
	type name parameters                                                                    \
	{                                                                                       \
		__extension__ type(*function) parameters = (type(*) parameters)original(#name); \
		type result;                                                                    \
                                                                                                \
		moment();                                                                       \
		result = function arguments;                                                    \
		moment();                                                                       \
		return result;                                                                  \
	}

STAND_IN(PGconn *, PQconnectdbParams,
	 (const char *const *keys, const char *const *values, int expand), (keys, values, expand))
STAND_IN(PGresult *, PQexec, (PGconn * conn, const char *query), (conn, query))
STAND_IN(int, PQsendQueryParams,
	 (PGconn * conn, const char *command, int count, const Oid *types,
	  const char *const *values, const int *lengths, const int *formats, int format),
	 (conn, command, count, types, values, lengths, formats, format))
STAND_IN(PGresult *, PQgetResult, (PGconn * conn), (conn))
STAND_IN(int, PQpipelineSync, (PGconn * conn), (conn))
STAND_IN(int, PQputCopyData, (PGconn * conn, const char *buffer, int length),
	 (conn, buffer, length))
STAND_IN(int, PQputCopyEnd, (PGconn * conn, const char *error), (conn, error))

void PQfinish(PGconn *conn)
{
	__extension__ void (*function)(PGconn *) = (void (*)(PGconn *))original("PQfinish");

	moment();
	function(conn);
	moment();
}
