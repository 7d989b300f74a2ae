/*
 * binary - PostgreSQL's binary format of values
 *
 * Used for parameters, results and COPY: the format of the server's *send() and *recv() functions.
 * Numbers are big-endian.
 */
#ifndef SQL_PG_BINARY_H
#define SQL_PG_BINARY_H

#include <glib.h>
#include <stdint.h>

#include "parser/view.h"

/* Type OIDs of pg_type.dat. */
enum {
	OID_BYTEA = 17,
	OID_INT8 = 20,
	OID_INT4 = 23,
	OID_TEXT = 25,
	OID_INT4_ARRAY = 1007,
	OID_TEXT_ARRAY = 1009,
	OID_INT8_ARRAY = 1016,
};

/* PostgreSQL's epoch, 2000-01-01, in seconds since 1970. */
#define BINARY_EPOCH_SECS INT64_C(946684800)

/* Append a number. */
void binary_put_int16(GByteArray *bytes, int16_t value);
void binary_put_int32(GByteArray *bytes, int32_t value);
void binary_put_int64(GByteArray *bytes, int64_t value);

/* Append a length and the bytes; the absent view is null. */
void binary_put_view(GByteArray *bytes, struct view v);

/*
 * Append the header of an array: dimensions, null flag, type, length and lower bound.  The elements
 * follow, each a length and the bytes.
 */
void binary_put_array_head(GByteArray *bytes, uint32_t element, guint count);

/* Read a number of 2, 4 or 8 bytes. */
int64_t binary_int(const char *bytes, int length);

#endif
