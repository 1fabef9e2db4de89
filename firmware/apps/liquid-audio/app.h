/* The liquid-audio model as an Ossicle app: stages front-end, cell, read-out. */
#ifndef APP_H
#define APP_H

#include <stddef.h>

#include "lnn.h"
#include "ossicle_app.h"

#define APP_SAMPLE_RATE 16000u
#define APP_HOP 256u
#define APP_STAGES 3u
#define APP_LABELS LNN_MAX_LABELS

/* Makes the app of a model in `.lnn` bytes. NULL, or what is wrong with them. `port` is used for its `spin` and `speed`. The
 * app lives for ever and there is one. */
const char *app_create(const struct ossicle_port *port, const uint8_t *lnn, size_t bytes, const struct ossicle_app **created);

#endif
