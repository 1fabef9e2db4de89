/* The GNU build id of the running program, as lower-case hex. */
#ifndef BUILD_ID_H
#define BUILD_ID_H

/* 40 digits with `-Wl,--build-id=sha1`; 8 zeros where the program carries none. */
const char *build_id_hex(void);

#endif
