/* binary - PostgreSQL's binary format of values; see binary.h */
#include "sql/pg/binary.h"

#include <endian.h>
#include <string.h>

void binary_put_int16(GByteArray *bytes, int16_t value)
{
	uint16_t big = htobe16((uint16_t)value);

	g_byte_array_append(bytes, (const guint8 *)&big, sizeof(big));
}

void binary_put_int32(GByteArray *bytes, int32_t value)
{
	uint32_t big = htobe32((uint32_t)value);

	g_byte_array_append(bytes, (const guint8 *)&big, sizeof(big));
}

void binary_put_int64(GByteArray *bytes, int64_t value)
{
	uint64_t big = htobe64((uint64_t)value);

	g_byte_array_append(bytes, (const guint8 *)&big, sizeof(big));
}

void binary_put_view(GByteArray *bytes, struct view v)
{
	if (v.ptr == NULL) {
		binary_put_int32(bytes, -1);
		return;
	}
	binary_put_int32(bytes, (int32_t)v.len);
	if (v.len > 0)
		g_byte_array_append(bytes, (const guint8 *)v.ptr, (guint)v.len);
}

void binary_put_array_head(GByteArray *bytes, uint32_t element, guint count)
{
	binary_put_int32(bytes, count > 0 ? 1 : 0);
	binary_put_int32(bytes, 1);
	binary_put_int32(bytes, (int32_t)element);
	if (count == 0)
		return;
	binary_put_int32(bytes, (int32_t)count);
	binary_put_int32(bytes, 1);
}

int64_t binary_int(const char *bytes, int length)
{
	uint32_t four;
	uint64_t eight;

	if (length == 2)
		return (int16_t)((unsigned char)bytes[0] << 8 | (unsigned char)bytes[1]);
	if (length == 4) {
		memcpy(&four, bytes, sizeof(four));
		return (int32_t)be32toh(four);
	}
	g_assert(length == 8);
	memcpy(&eight, bytes, sizeof(eight));
	return (int64_t)be64toh(eight);
}
