/* seen - hashes of message ids; see seen.h */
#include "sql/seen.h"

#include <endian.h>
#include <glib.h>
#include <string.h>

int64_t seen_hash(struct view msgid)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_MD5);
	guint8 digest[16];
	gsize length = sizeof(digest);
	int64_t hash;

	g_checksum_update(sum, (const guchar *)msgid.ptr, (gssize)msgid.len);
	g_checksum_get_digest(sum, digest, &length);
	g_checksum_free(sum);
	memcpy(&hash, digest, sizeof(hash));
	return (int64_t)be64toh((uint64_t)hash);
}
