/* open_internet.h - whether an address is of the open internet: what strangers write, or an admin mistypes, must not be a way to ask
 * the machines of the house (SSRF). Who asks: mail/picture.h, base/outgoing.h. Pure. */
#pragma once
#include <glib.h>
#include <sys/socket.h>
G_BEGIN_DECLS

/* No loopback, private, link-local, shared, multicast or reserved range (IANA's special-purpose registries), nor any of them
 * written inside an IPv6 address. Whatever the port. */
gboolean open_internet_has(const struct sockaddr *address);

G_END_DECLS
