#define _GNU_SOURCE
#include "node.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "chunk.h"

#define TURN_MS 250
/* A line is worth waiting for, so that it goes in one chunk, but not long. */
#define PART_OF_LINE_MS 2
#define RESET_MS 5000
#define INFO_AGAIN_MS 20000
#define FIRST_RETRY_MS 1000
#define LAST_RETRY_MS 30000
/* As the shell has it for a program that was interrupted. */
#define INTERRUPTED_STATUS 130
#define ASKED_TO_CLOSE "the device was asked to close the channel"

static int64_t now_ms(const struct node *node) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return ((int64_t)now.tv_sec * 1000000000 + now.tv_nsec - node->begun_ns) / 1000000;
}

/* One line on standard error. Texts of others come in it: whatever is no printable ASCII is a question mark. */
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
	char text[480];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	for (char *at = text; *at != 0; at++) {
		*at = *at >= ' ' && *at <= '~' ? *at : '?';
	}
	fprintf(stderr, "liquid-audio: %s\n", text);
}

static void draw_hex(char *hex, size_t digits) {
	uint8_t bytes[16];
	if (getrandom(bytes, digits / 2, 0) != (ssize_t)(digits / 2)) {
		perror("liquid-audio: random numbers");
		exit(1);
	}
	for (size_t i = 0; i < digits / 2; i++) {
		snprintf(hex + 2 * i, 3, "%02x", bytes[i]);
	}
}

static void refuse(struct node *node, const char *where, const char *why) {
	uint32_t count = refusals_count(&node->refusals, where, why, now_ms(node));
	if (count > 0) {
		say("refused %u message%s on %s: %s", (unsigned)count, count == 1 ? "" : "s", where, why);
	}
}

/* Presence. */

static int publish_info(struct node *node, const char *reason) {
	char text[MESSAGE_BYTES];
	int id = 0;
	size_t count = message_info(text, &node->facts, node->desk.incarnation, desk_holder(&node->desk), reason);
	(void)connection_publish(&node->connection, node->topics.info, text, count, true, &id);
	return id;
}

/* The channel. */

static void send_chunk(struct node *node, enum chunk_kind kind, size_t payload_bytes) {
	int id = 0;
	size_t count = CHUNK_HEADER_BYTES + payload_bytes;
	channel_say(&node->channel, kind, node->chunk, now_ms(node));
	bool sent = connection_publish(&node->connection, node->topics.up, node->chunk, count, false, &id);
	if (sent && node->chunks_under_way < NODE_CHUNKS_UNDER_WAY) {
		node->under_way[node->chunks_under_way].id = id;
		node->under_way[node->chunks_under_way].bytes = count;
		node->chunks_under_way++;
		node->bytes_under_way += count;
	}
}

/* `told`: the other end has to be told, if it can be. */
static void close_channel(struct node *node, bool told, const char *code, const char *text) {
	if (!node->channel.open) {
		return;
	}
	if (told) {
		char end[MESSAGE_BYTES];
		size_t count = message_end(end, code, text);
		memcpy(node->chunk + CHUNK_HEADER_BYTES, end, count);
		send_chunk(node, CHUNK_END, count);
	}
	node->channel.open = false;
	node->desk.asked_ms = now_ms(node);
	node->waiting_since_ms = -1;
	uart_disconnect(node->uart);
}

/* The board is left idle, whatever it was doing: nothing but a reset makes sure of that. */
static bool make_idle(struct node *node, bool connected) {
	if (uart_reset(node->uart, "pin", connected, RESET_MS)) {
		return true;
	}
	say("the board did not start anew within %d s of its reset", RESET_MS / 1000);
	return false;
}

/* `why`: a constant. */
static void end_lease(struct node *node, const char *why) {
	if (!node->desk.held) {
		return;
	}
	say("lease of %s ended: %s", node->desk.holder, why);
	desk_take_back(&node->desk, why);
	(void)make_idle(node, false);
	publish_info(node, NULL);
}

/* A channel that ended is a lost link, and the lease goes with it. */
static void lose_channel(struct node *node, const char *code, const char *why) {
	close_channel(node, true, code, why);
	end_lease(node, why);
}

static void on_down(struct node *node, const uint8_t *bytes, size_t count) {
	struct chunk chunk;
	const char *wrong = chunk_read(bytes, count, &chunk);
	if (wrong != NULL) {
		refuse(node, "down", wrong);
		return;
	}
	switch (channel_receive(&node->channel, &chunk, now_ms(node))) {
	case CHANNEL_BYTES:
		if (!uart_give(node->uart, chunk.payload, chunk.payload_bytes)) {
			lose_channel(node, "mqtt-overflow", "64 KiB wait for the board, which does not take them");
		}
		break;
	case CHANNEL_NOTHING:
		break;
	case CHANNEL_END:
		close_channel(node, false, NULL, NULL);
		end_lease(node, "the controller ended the channel");
		break;
	case CHANNEL_GAP:
		lose_channel(node, "mqtt-gap", "chunks on the way to the device were lost");
		break;
	case CHANNEL_REPEAT:
		lose_channel(node, "mqtt-repeat", "a chunk on the way to the device came twice, or late");
		break;
	case CHANNEL_REFUSED:
		refuse(node, "down",
			node->channel.open ? "it is a chunk of another channel, or of a kind that only goes up" : "no channel is open");
		break;
	}
}

/* Sends what the board has written, as far as that may be under way. */
static void drain(struct node *node) {
	bool line_ended;
	int64_t now = now_ms(node);
	size_t waiting = uart_waiting(node->uart, &line_ended);
	if (node->bytes_under_way + waiting >= UART_UP_BYTES) {
		lose_channel(node, "mqtt-slow-broker", "256 KiB wait for the broker, which does not acknowledge them");
		return;
	}
	while (node->channel.open && waiting > 0 && node->chunks_under_way < NODE_CHUNKS_UNDER_WAY) {
		if (waiting < CHUNK_MAX_PAYLOAD_BYTES && !line_ended) {
			node->waiting_since_ms = node->waiting_since_ms < 0 ? now : node->waiting_since_ms;
			if (now - node->waiting_since_ms < PART_OF_LINE_MS) {
				return;
			}
		}
		node->waiting_since_ms = -1;
		send_chunk(node, CHUNK_BYTES,
			uart_take(node->uart, node->chunk + CHUNK_HEADER_BYTES, CHUNK_MAX_PAYLOAD_BYTES));
		waiting = uart_waiting(node->uart, &line_ended);
	}
}

static void on_acknowledged(void *context, int id) {
	struct node *node = context;
	if (id == node->info_id) {
		node->info_id = 0;
		printf("online %s %s/%s\n", node->settings.broker.shown, node->settings.bench, node->settings.device);
		fflush(stdout);
	}
	for (unsigned i = 0; i < node->chunks_under_way; i++) {
		if (node->under_way[i].id == id) {
			node->bytes_under_way -= node->under_way[i].bytes;
			node->under_way[i] = node->under_way[--node->chunks_under_way];
			return;
		}
	}
}

/* Requests. */

/* Carries it out and writes its answer. */
static size_t carry_out(struct node *node, const struct ask *ask, const struct answer *head, char *to) {
	static const char stuck[] = "the board did not start anew within 5 s of its reset.";
	const struct device_facts *facts = &node->facts;
	switch (ask->op) {
	case ASK_DESCRIBE:
		return message_described(to, head, facts, desk_holder(&node->desk), node->refusals.total);
	case ASK_ACQUIRE:
		desk_lend(&node->desk, ask, now_ms(node));
		say("held by %s", node->desk.holder);
		publish_info(node, NULL);
		return message_described(to, head, facts, desk_holder(&node->desk), node->refusals.total);
	case ASK_FLASH:
		return make_idle(node, node->channel.open) ? message_flashed(to, head, facts)
												   : message_refused(to, head, "board-stuck", stuck);
	case ASK_SAFE:
		return make_idle(node, node->channel.open) ? message_done(to, head)
												   : message_refused(to, head, "board-stuck", stuck);
	case ASK_START:
		if (!make_idle(node, true)) {
			uart_disconnect(node->uart);
			return message_refused(to, head, "board-stuck", stuck);
		}
		channel_open(&node->channel, ask->channel, now_ms(node));
		return message_done(to, head);
	case ASK_STOP:
		/* Told, because it need not have been the holder of the lease who asked: whoever listens in knows its number. */
		close_channel(node, true, "link-closed", ASKED_TO_CLOSE);
		return message_done(to, head);
	default: /* release */
		close_channel(node, true, "link-closed", ASKED_TO_CLOSE);
		end_lease(node, "it was given back");
		return message_done(to, head);
	}
}

static void answer(struct node *node, const struct desk_answer *answer) {
	char topic[TOPIC_BYTES];
	topic_answer(topic, node->settings.bench, node->settings.device, answer->reply_to);
	(void)connection_publish(&node->connection, topic, answer->text, strlen(answer->text), false, NULL);
}

static void on_ask(struct node *node, const uint8_t *bytes, size_t count) {
	struct ask ask;
	struct desk_outcome outcome;
	const char *wrong = ask_read(bytes, count, &ask);
	if (wrong != NULL) {
		refuse(node, "ask", wrong);
		return;
	}
	int channel = !node->channel.open ? 0 : channel_is(&node->channel, ask.channel) ? 1 : 2;
	enum desk_decision decision = desk_decide(&node->desk, &ask, &node->facts, channel, now_ms(node), &outcome);
	if (decision == DESK_REFUSE) {
		refuse(node, "ask", "its id is that of another request");
	} else if (decision == DESK_REPEAT) {
		answer(node, outcome.answer);
	} else {
		struct answer head = { .id = ask.id, .incarnation = node->desk.incarnation, .device_ms = now_ms(node) };
		struct desk_answer *kept = desk_answer(&node->desk, &ask, &node->described);
		if (decision == DESK_CARRY_OUT) {
			carry_out(node, &ask, &head, kept->text);
		} else {
			message_refused(kept->text, &head, outcome.code, outcome.text);
		}
		answer(node, kept);
	}
}

static void on_message(void *context, const char *topic, const uint8_t *bytes, size_t count, bool retained, bool cut) {
	struct node *node = context;
	enum topic_leaf leaf = topic_leaf(&node->topics, topic);
	const char *where = leaf == TOPIC_ASK ? "ask" : leaf == TOPIC_DOWN ? "down" : "another topic";
	if (leaf == TOPIC_OTHER) {
		refuse(node, where, "nobody asked for it");
	} else if (cut) {
		refuse(node, where, "it is longer than 16384 bytes");
	} else if (retained) {
		refuse(node, where, "it is retained: what was said to somebody else");
	} else if (leaf == TOPIC_ASK) {
		on_ask(node, bytes, count);
	} else {
		on_down(node, bytes, count);
	}
}

/* The connection. */

static void connect_anew(struct node *node) {
	char incarnation[17];
	char client_id[24];
	const char *const subscriptions[2] = { node->topics.ask, node->topics.down };
	draw_hex(incarnation, 16);
	desk_open(&node->desk, incarnation);
	refusals_clear(&node->refusals);
	memset(&node->channel, 0, sizeof node->channel);
	node->chunks_under_way = 0;
	node->bytes_under_way = 0;
	node->waiting_since_ms = -1;
	node->was_up = false;
	node->info_id = 0;
	message_info(node->will, &node->facts, incarnation, NULL, "connection lost");
	/* At most 23 characters: more need not be accepted (MQTT 3.1.1 section 3.1.3.1). */
	snprintf(client_id, sizeof client_id, "oss-d-%s", incarnation);
	const struct connection_will will = { .topic = node->topics.info, .text = node->will };
	connection_open(&node->connection, &node->settings, client_id, &will, subscriptions, &node->listener, now_ms(node));
}

static void on_up(struct node *node) {
	node->was_up = true;
	node->retry_wait_ms = FIRST_RETRY_MS;
	node->said_why[0] = 0;
	node->info_again_ms = now_ms(node) + INFO_AGAIN_MS;
	node->info_id = publish_info(node, NULL);
}

static void on_closed(struct node *node) {
	if (node->was_up) {
		close_channel(node, false, NULL, NULL);
		end_lease(node, "the connection to the broker was lost");
	}
	if (strcmp(node->said_why, node->connection.why) != 0) {
		say("not on %s: %s; trying again", node->settings.broker.shown, node->connection.why);
		snprintf(node->said_why, sizeof node->said_why, "%s", node->connection.why);
	}
	node->retry_ms = now_ms(node) + node->retry_wait_ms;
	node->retry_wait_ms = node->retry_wait_ms * 2 < LAST_RETRY_MS ? node->retry_wait_ms * 2 : LAST_RETRY_MS;
}

static void step_connection(struct node *node, const struct pollfd *polls) {
	if (node->connection.state == CONNECTION_CLOSED) {
		if (!node->stopping && now_ms(node) >= node->retry_ms) {
			connect_anew(node);
			if (node->connection.state == CONNECTION_CLOSED) {
				on_closed(node);
			}
		}
		return;
	}
	connection_step(&node->connection, polls, now_ms(node));
	if (node->connection.state == CONNECTION_CLOSED && !node->stopping) {
		on_closed(node);
	} else if (node->connection.state == CONNECTION_UP && !node->was_up) {
		on_up(node);
	}
}

/* What time brings. */
static void tick(struct node *node) {
	int64_t now = now_ms(node);
	if (node->connection.state != CONNECTION_UP) {
		return;
	}
	if (channel_silent(&node->channel, now)) {
		lose_channel(node, "mqtt-silent", "nothing was heard from the controller for 15 s");
	}
	/* Where chunks wait for their acknowledgement, a beat would only be one more. */
	if (channel_beat_due(&node->channel, now) && node->chunks_under_way < NODE_CHUNKS_UNDER_WAY) {
		send_chunk(node, CHUNK_BEAT, 0);
	}
	if (desk_forgotten(&node->desk, node->channel.open, now)) {
		end_lease(node, "nothing was asked for 60 s");
	}
	if (node->info_again_ms != 0 && now >= node->info_again_ms) {
		/* The late last will of an earlier connection may stand in its place. */
		node->info_again_ms = 0;
		publish_info(node, NULL);
	}
}

/* The program's own end. */

static void stop(struct node *node, int status) {
	if (node->stopping) {
		return;
	}
	node->stopping = true;
	node->status = status;
	if (node->connection.state == CONNECTION_UP) {
		close_channel(node, true, "link-lost", "the device was stopped");
		desk_take_back(&node->desk, "the device was stopped");
		publish_info(node, "stopped");
	}
	connection_leave(&node->connection, now_ms(node));
}

static void read_signals(struct node *node) {
	struct signalfd_siginfo info;
	while (read(node->signals, &info, sizeof info) == (ssize_t)sizeof info) {
		if (info.ssi_signo == SIGUSR1) {
			uart_pull_reset(node->uart, "pin");
		} else {
			stop(node, info.ssi_signo == SIGINT ? INTERRUPTED_STATUS : 0);
		}
	}
}

static void read_stdin(struct node *node) {
	char ignored[64];
	ssize_t count = read(STDIN_FILENO, ignored, sizeof ignored);
	if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
		stop(node, 0); /* the parent is gone, and so are we */
	}
}

void node_init(struct node *node) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	node->begun_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	node->retry_wait_ms = FIRST_RETRY_MS;
	node->waiting_since_ms = -1;
	node->listener =
		(struct connection_listener){ .context = node, .message = on_message, .acknowledged = on_acknowledged };
	topics_of(&node->topics, node->settings.bench, node->settings.device);
	mosquitto_lib_init();
}

static int wait_ms(const struct node *node) {
	return connection_busy(&node->connection) ? 0 : node->waiting_since_ms >= 0 ? PART_OF_LINE_MS : TURN_MS;
}

int node_run(struct node *node) {
	enum { WAKE, STDIN, SIGNALS, CONNECTION, POLLS = CONNECTION + CONNECTION_POLLS };
	while (!node->stopping || node->connection.state != CONNECTION_CLOSED) {
		struct pollfd polls[POLLS] = {
			[WAKE] = { .fd = node->uart->wake, .events = POLLIN },
			[STDIN] = { .fd = node->stopping ? -1 : STDIN_FILENO, .events = POLLIN },
			[SIGNALS] = { .fd = node->signals, .events = POLLIN },
		};
		connection_polls(&node->connection, polls + CONNECTION);
		if (poll(polls, POLLS, wait_ms(node)) < 0 && errno != EINTR) {
			perror("liquid-audio: poll");
			exit(1);
		}
		if (polls[WAKE].revents != 0) {
			uart_woken(node->uart);
		}
		if (polls[STDIN].revents != 0) {
			read_stdin(node);
		}
		if (polls[SIGNALS].revents != 0) {
			read_signals(node);
		}
		step_connection(node, polls + CONNECTION);
		drain(node);
		tick(node);
	}
	mosquitto_lib_cleanup();
	return node->status;
}
