#include "image_sha256.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* The file itself, also when its name stands for another one by now. */
#define SELF "/proc/self/exe"

void image_sha256(char hex[65]) {
	unsigned char bytes[16384];
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned digest_bytes = 0;
	size_t count;
	FILE *file = fopen(SELF, "rb");
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool sound = file != NULL && context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
	while (sound && (count = fread(bytes, 1, sizeof bytes, file)) > 0) {
		sound = EVP_DigestUpdate(context, bytes, count) == 1;
	}
	if (!sound || ferror(file) || EVP_DigestFinal_ex(context, digest, &digest_bytes) != 1) {
		fputs("liquid-audio: the SHA-256 of " SELF " cannot be had\n", stderr);
		exit(1);
	}
	for (unsigned i = 0; i < digest_bytes && i < 32; i++) {
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	}
	EVP_MD_CTX_free(context);
	fclose(file);
}
