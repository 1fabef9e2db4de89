/* SHA-256 of the program file that runs. */
#ifndef IMAGE_SHA256_H
#define IMAGE_SHA256_H

/* 64 lower-case hex digits. Ends the program when it cannot. */
void image_sha256(char hex[65]);

#endif
