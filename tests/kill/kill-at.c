/*
 * kill-at - a library to be preloaded: counts the calls of libpq and dies by SIGKILL at one of them
 *
 * The moments before and after each call that sends to the server, or takes a result, are numbered
 * from 1, over all threads.  The process dies at the number KILL_AT.  If it lives, it writes their
 * count into the file KILL_COUNT.
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

/* Replaces the function of that name in libpq. */
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
STAND_IN(int, PQsendPrepare,
	 (PGconn * conn, const char *name, const char *query, int count, const Oid *types),
	 (conn, name, query, count, types))
STAND_IN(int, PQsendQuery, (PGconn * conn, const char *query), (conn, query))
STAND_IN(int, PQsendQueryParams,
	 (PGconn * conn, const char *command, int count, const Oid *types,
	  const char *const *values, const int *lengths, const int *formats, int format),
	 (conn, command, count, types, values, lengths, formats, format))
STAND_IN(int, PQsendQueryPrepared,
	 (PGconn * conn, const char *name, int count, const char *const *values, const int *lengths,
	  const int *formats, int format),
	 (conn, name, count, values, lengths, formats, format))
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
