/*
 * The device on the broker: presence, requests, the channel (firmware/wire/MQTT.md). One thread runs it, beside the board's,
 * to which it speaks through uart.h alone.
 */
#ifndef NODE_H
#define NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "channel.h"
#include "connection.h"
#include "desk.h"
#include "message.h"
#include "refusals.h"
#include "settings.h"
#include "topics.h"
#include "uart.h"

/*
 * Chunks upwards which the broker has not acknowledged. While so many are on their way, bytes wait and go in one: a broker
 * far away gets fewer, longer chunks.
 */
#define NODE_CHUNKS_UNDER_WAY 16u

struct node {
	struct settings settings;
	struct device_facts facts;
	struct topics topics;
	struct uart *uart;
	int signals; /* signalfd */
	int64_t begun_ns;

	struct connection connection;
	struct connection_listener listener;
	char will[MESSAGE_BYTES];
	int64_t retry_ms;      /* when to connect again */
	int64_t retry_wait_ms; /* and how long to wait after the next failure */
	bool was_up;           /* since that connection was opened */
	int64_t info_again_ms; /* 0: not again */
	int info_id;           /* of the first `info`: its acknowledgement is the moment to say that it is online */
	char said_why[240];    /* why it is offline, as told last */

	struct desk desk;
	struct desk_answer described; /* the answer that is not kept */
	struct refusals refusals;

	struct channel channel;
	uint8_t chunk[CHUNK_MAX_BYTES];
	struct {
		int id;
		size_t bytes;
	} under_way[NODE_CHUNKS_UNDER_WAY];
	unsigned chunks_under_way;
	size_t bytes_under_way;
	int64_t waiting_since_ms; /* when bytes that end no line began to wait, -1: none do */

	bool stopping;
	int status; /* with which the program ends */
};

/* `settings`, `facts`, `uart` and `signals` are filled in, all else is zeros. */
void node_init(struct node *node);
/* Until standard input ends, or SIGTERM or SIGINT comes. Returns the program's exit status. */
int node_run(struct node *node);

#endif
