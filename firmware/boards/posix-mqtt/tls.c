#define _GNU_SOURCE
#include "tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

static bool explain(struct tls *tls, const char *what) {
	char reason[120];
	unsigned long error = ERR_get_error();
	ERR_error_string_n(error, reason, sizeof reason);
	snprintf(tls->why, sizeof tls->why, "%s: %s", what, error == 0 ? "no reason given" : reason);
	ERR_clear_error();
	return false;
}

static bool is_address(const char *host) {
	uint8_t address[16];
	return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

/* An address stands in a certificate as an address, and is no name to be asked for (RFC 6066 section 3). */
static bool expect_host(SSL *ssl, const char *host) {
	if (is_address(host)) {
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1;
	}
	return SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
}

static bool set_up(struct tls *tls, const struct credentials *credentials) {
	tls->context = SSL_CTX_new(TLS_client_method());
	if (tls->context == NULL || SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION) != 1) {
		return explain(tls, "TLS");
	}
	SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
	if (credentials->ca != NULL ? SSL_CTX_load_verify_file(tls->context, credentials->ca) != 1
								: SSL_CTX_set_default_verify_paths(tls->context) != 1) {
		return explain(tls, "OSSICLE_MQTT_CA");
	}
	if (credentials->cert == NULL) {
		return true;
	}
	if (SSL_CTX_use_certificate_chain_file(tls->context, credentials->cert) != 1) {
		return explain(tls, "OSSICLE_MQTT_CERT");
	}
	if (SSL_CTX_use_PrivateKey_file(tls->context, credentials->key, SSL_FILETYPE_PEM) != 1
		|| SSL_CTX_check_private_key(tls->context) != 1) {
		return explain(tls, "OSSICLE_MQTT_KEY");
	}
	return true;
}

bool tls_begin(struct tls *tls, int socket, const char *host, const struct credentials *credentials) {
	memset(tls, 0, sizeof *tls);
	if (!set_up(tls, credentials)) {
		return false;
	}
	tls->ssl = SSL_new(tls->context);
	if (tls->ssl == NULL || !expect_host(tls->ssl, host) || SSL_set_fd(tls->ssl, socket) != 1) {
		return explain(tls, "TLS");
	}
	/* A write may be tried again from another buffer, and in parts. */
	SSL_set_mode(tls->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	return true;
}

/* What a result that is no success means: 0 to go on later, -1 for the end. */
static int meaning(struct tls *tls, int result, const char *what) {
	switch (SSL_get_error(tls->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return 0;
	case SSL_ERROR_WANT_WRITE:
		tls->wants_write = true;
		return 0;
	case SSL_ERROR_ZERO_RETURN:
		snprintf(tls->why, sizeof tls->why, "the broker ended the connection");
		return -1;
	case SSL_ERROR_SYSCALL:
		snprintf(tls->why, sizeof tls->why, "%s: %s", what, errno == 0 ? "the connection ended" : strerror(errno));
		return -1;
	default:
		explain(tls, what);
		return -1;
	}
}

static void begin_call(struct tls *tls) {
	tls->wants_write = false;
	errno = 0;
	ERR_clear_error();
}

int tls_handshake(struct tls *tls) {
	begin_call(tls);
	int result = SSL_connect(tls->ssl);
	if (result == 1) {
		return 1;
	}
	long verified = SSL_get_verify_result(tls->ssl);
	int status = meaning(tls, result, "TLS");
	if (status < 0 && verified != X509_V_OK) {
		snprintf(tls->why, sizeof tls->why, "TLS: the broker's certificate is not accepted: %s",
			X509_verify_cert_error_string(verified));
	}
	return status;
}

long tls_read(struct tls *tls, uint8_t *to, size_t max) {
	size_t count = 0;
	begin_call(tls);
	int result = SSL_read_ex(tls->ssl, to, max, &count);
	return result == 1 ? (long)count : meaning(tls, result, "TLS");
}

long tls_write(struct tls *tls, const uint8_t *from, size_t count) {
	size_t written = 0;
	begin_call(tls);
	int result = SSL_write_ex(tls->ssl, from, count, &written);
	return result == 1 ? (long)written : meaning(tls, result, "TLS");
}

bool tls_pending(const struct tls *tls) {
	return SSL_has_pending(tls->ssl) == 1;
}

void tls_end(struct tls *tls) {
	if (tls->ssl != NULL) {
		(void)SSL_shutdown(tls->ssl);
		SSL_free(tls->ssl);
	}
	SSL_CTX_free(tls->context);
	ERR_clear_error();
	tls->ssl = NULL;
	tls->context = NULL;
}
