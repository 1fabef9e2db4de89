/* The liquid-audio model as an Ossicle app: stages front-end, cell, read-out. */
#ifndef APP_H
#define APP_H

#include "ossicle_app.h"

#define APP_SAMPLE_RATE 16000u
#define APP_HOP 256u
#define APP_STAGES 3u
#define APP_LABELS 12u

/* `port` is used for its `spin`. The app lives for ever and there is one. */
const struct ossicle_app *app_create(const struct ossicle_port *port);

#endif
