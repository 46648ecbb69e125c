/* open_internet.c - see open_internet.h. */
#include "base/open_internet.h"
#include <netinet/in.h>
#include <string.h>

/* What is not the open internet (IANA's special-purpose registries), by first bytes. */
typedef struct {
	guint8 bytes[16];
	guint bits;
} Range;
static const Range closed_v4[] = {
	{ { 0 }, 8 }, { { 10 }, 8 }, { { 100, 64 }, 10 }, { { 127 }, 8 }, { { 169, 254 }, 16 }, { { 172, 16 }, 12 }, { { 192, 0, 0 }, 24 }, { { 192, 0, 2 }, 24 },
	{ { 192, 88, 99 }, 24 }, { { 192, 168 }, 16 }, { { 198, 18 }, 15 }, { { 198, 51, 100 }, 24 }, { { 203, 0, 113 }, 24 }, { { 224 }, 3 },
};
/* Only 2000::/3 is in use, less what carries an IPv4 address or stands for no place: Teredo and its neighbours, documentation, 6to4. */
static const Range open_v6 = { { 0x20 }, 3 };
static const Range closed_v6[] = { { { 0x20, 0x01, 0x00 }, 23 }, { { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, { { 0x20, 0x02 }, 16 }, { { 0x3f, 0xff }, 20 } };

static gboolean
is_in(const guint8 *address, const Range *range)
{
	const guint whole = range->bits / 8, rest = range->bits % 8;
	const guint8 mask = (guint8)(0xff << (8 - rest));

	return memcmp(address, range->bytes, whole) == 0 && (rest == 0 || (address[whole] & mask) == (range->bytes[whole] & mask));
}

static gboolean
is_in_any(const guint8 *address, const Range *ranges, guint n)
{
	for (guint i = 0; i < n; i++)
		if (is_in(address, &ranges[i]))
			return TRUE;
	return FALSE;
}

gboolean
open_internet_has(const struct sockaddr *address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof v4);
		return !is_in_any((const guint8 *)&v4.sin_addr, closed_v4, G_N_ELEMENTS(closed_v4));
	}
	if (address->sa_family != AF_INET6)
		return FALSE;
	memcpy(&v6, address, sizeof v6);
	return is_in(v6.sin6_addr.s6_addr, &open_v6) && !is_in_any(v6.sin6_addr.s6_addr, closed_v6, G_N_ELEMENTS(closed_v6));
}
