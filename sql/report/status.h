/*
 * status - the state of a database, for people and for monitoring
 */
#ifndef SQL_REPORT_STATUS_H
#define SQL_REPORT_STATUS_H

#include <stdbool.h>

#include "sql/pg/query.h"

struct status_project {
	struct view name; /* link name */
	bool has_mail;
	int64_t newest; /* when its newest mail was stored, in seconds since 1970 */
};

struct status_held {
	struct view kind; /* one of held.h's held_kinds */
	int64_t count;
};

/* A source of `patchmda follow`. */
struct status_followed {
	struct view source; /* its folder */
	int64_t succeeded;  /* when a round last had no errors, in seconds since 1970; 0: never */
	int32_t failures;   /* rounds with errors since then */
	struct view error;  /* of the last round, or absent */
	struct view commit; /* the newest one, or absent */
	int64_t committed;  /* when it was made; 0: there is none */
};

/* Views live as long as the struct. */
struct status {
	struct pg_result *results[6];
	struct view database; /* its name */
	struct view server;   /* PostgreSQL's version */
	bool is_standby;
	struct view schema; /* the newest of patchmda's migrations */
	int32_t django;  /* number of Patchwork's last migration; 0: patchmda created the tables */
	int64_t now;     /* seconds since 1970, by the server's clock */
	int64_t commits; /* when `patchmda commits` last ran to its end, likewise; 0: never */
	/* stored since 00:00 UTC */
	int64_t patches, covers, comments, series;
	int64_t waiting;
	int64_t waiting_oldest; /* seconds since 1970, like the next; 0 if there is none */
	int64_t held_oldest;
	GArray *held;     /* struct status_held; kinds without messages are missing */
	GArray *projects; /* struct status_project, by link name */
	GArray *followed; /* struct status_followed, by folder */
};

/*
 * Read the state in a transaction that read_open() began.  The tables must have passed
 * schema_check().  Returns 0 or a pg error.
 */
int status_ask(struct pg *pg, struct status *ret_status);
void status_done(struct status *status);

#endif
