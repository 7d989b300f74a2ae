/*
 * status - how a database is, for people and for monitoring
 */
#ifndef SQL_STATUS_H
#define SQL_STATUS_H

#include <stdbool.h>

#include "sql/pg/query.h"

struct status_project {
	struct view name; /* link name */
	bool has_mail;
	int64_t newest; /* when its newest mail was stored: seconds since 1970 */
};

struct status_held {
	struct view kind; /* one of held.h's held_kinds */
	int64_t count;
};

/* Views live as long as the struct. */
struct status {
	struct pg_result *results[5];
	struct view database; /* its name */
	struct view server;   /* PostgreSQL's version */
	bool is_standby;
	struct view schema; /* the newest of our migrations */
	int32_t django;     /* the number of Patchwork's last migration; 0: the tables are ours */
	int64_t now;        /* seconds since 1970, by the server's clock */
	int64_t commits;    /* when `patchmda commits` last ran to its end, likewise; 0: never */
	/* stored since 00:00 UTC */
	int64_t patches, covers, comments, series;
	int64_t waiting;
	int64_t waiting_oldest; /* seconds since 1970, as the next; 0 when there is none */
	int64_t held_oldest;
	GArray *held;     /* struct status_held; kinds of which there is none are missing */
	GArray *projects; /* struct status_project, by link name */
};

/*
 * Ask in a transaction that read_open() began; the tables are those that schema_check() finds
 * good.  Returns 0 or what pg.h lists.
 */
int status_ask(struct pg *pg, struct status *ret_status);
void status_done(struct status *status);

#endif
