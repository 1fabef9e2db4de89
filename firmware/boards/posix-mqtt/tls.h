/* TLS over a socket that does not block, by OpenSSL. */
#ifndef TLS_H
#define TLS_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "settings.h"

struct tls {
	SSL_CTX *context;
	SSL *ssl;
	bool wants_write; /* nothing goes on before the socket takes bytes */
	char why[160];    /* once something returned -1 */
};

/* The broker has to show a certificate for `host`, by who is trusted. False: see `why`. */
bool tls_begin(struct tls *tls, int socket, const char *host, const struct credentials *credentials);
/* 1: done, 0: not yet, -1: failed. */
int tls_handshake(struct tls *tls);
/* Bytes, 0: none now, -1: the connection is over. */
long tls_read(struct tls *tls, uint8_t *to, size_t max);
long tls_write(struct tls *tls, const uint8_t *from, size_t count);
/* Whether bytes are there which no socket will tell of. */
bool tls_pending(const struct tls *tls);
/* May be called at any time, and twice. */
void tls_end(struct tls *tls);

#endif
