/*
 * search_private - the tables of search.h, shared by search.c and search_lists.c
 */
#ifndef SQL_SEARCH_PRIVATE_H
#define SQL_SEARCH_PRIVATE_H

#include "sql/report/search.h"

enum filter_kind {
	FILTER_CHOICE, /* ids of `table`; other values are looked up in its column `text`, if any */
	FILTER_STATE,  /* the same, with spaces for `-` */
	FILTER_ACTOR,  /* the same, by id only; an empty value is no filter */
	FILTER_NOTHING, /* any value gives an empty list */
	FILTER_BOOL,
	FILTER_NUMBER,
	FILTER_TEXT,
	FILTER_HASH,
	FILTER_MSGID,
	FILTER_CATEGORY,
	FILTER_SINCE,
	FILTER_BEFORE,
};

struct filter {
	const char *name;
	enum filter_kind kind;
	const char *column;
	const char *table;
	const char *text;
	enum rest_version since;
};

struct order {
	const char *name;
	const char *column;
	const char *join; /* SQL that the column needs */
};

#endif
