/*
 * A QEMU TCG plugin which estimates the cycles a Cortex-M4 would take: translated blocks in, lines of counts out. README.md
 * has the model, its limits, and the lines.
 *
 *     qemu-system-arm ... -icount shift=3 -plugin cortex-m4.so,out=FILE
 *
 * Under -icount QEMU lets an instruction reach a device only at the end of a block; one in the middle is executed once more,
 * as a block of its own whose execution is not reported, only its access (cpu_io_recompile in QEMU's accel/tcg). So accesses
 * are asked for where they can come from: the last instruction of a block. That keeps the plugin cheap, and exact.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "qemu_plugin_v1.h"

#define EXPORT __attribute__((visibility("default")))

EXPORT extern int qemu_plugin_version;
EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv);

int qemu_plugin_version = QEMU_PLUGIN_API_VERSION;

static struct account account;
static int out = -1;

/* One write a line, so that a reader never meets half of one. What cannot be written is missed by its reader. */
static void write_line(void *context, const char *line) {
	char text[2048];
	(void)context;
	int length = snprintf(text, sizeof text, "%s\n", line);
	if (length <= 0 || (size_t)length >= sizeof text || write(out, text, (size_t)length) != length) {
		fprintf(stderr, "cycle plugin: cannot write its counts: %s\n", strerror(errno));
		close(out);
		out = -1;
	}
}

static void on_block(unsigned int vcpu, void *userdata) {
	(void)vcpu;
	account_block(&account, userdata);
}

static void on_access(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t vaddr, void *userdata) {
	(void)vcpu;
	account_cut(&account, (uint32_t)(uintptr_t)userdata);
	if (qemu_plugin_mem_is_store(info)) {
		account_store(&account, (uint32_t)vaddr);
	}
}

static struct cost cost_at(const struct qemu_plugin_insn *instruction) {
	uint16_t halfwords[2] = { 0, 0 };
	size_t bytes = qemu_plugin_insn_size(instruction);
	memcpy(halfwords, qemu_plugin_insn_data(instruction), bytes < sizeof halfwords ? bytes : sizeof halfwords);
	return cost_of(halfwords[0], halfwords[1]);
}

static struct account_block *describe(const struct qemu_plugin_tb *tb, size_t count) {
	struct account_block *block = malloc(sizeof *block + count * sizeof block->steps[0]);
	if (block == NULL) {
		fprintf(stderr, "cycle plugin: out of memory\n");
		abort();
	}
	memset(block, 0, sizeof *block);
	uint32_t cycles = 0;
	uint32_t floats = 0;
	for (size_t i = 0; i < count; i++) {
		struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(tb, i);
		struct cost cost = cost_at(instruction);
		uint32_t address = (uint32_t)qemu_plugin_insn_vaddr(instruction);
		if (i == 0) {
			block->start = address;
			block->first = cost.kind;
		} else if (cost_overlaps(block->last, cost.kind)) {
			cycles--;
		}
		cycles += cost.cycles;
		floats += cost.is_float ? 1u : 0u;
		block->steps[i] = (struct account_step){ address, cycles, floats };
		block->last = cost.kind;
		block->may_return = cost.may_return;
		block->end = address + (uint32_t)qemu_plugin_insn_size(instruction);
	}
	block->count = (uint32_t)count;
	return block;
}

/* QEMU may translate a block again, and says nothing when it drops one: descriptions are kept, 12 bytes an instruction. */
static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
	size_t count = qemu_plugin_tb_n_insns(tb);
	(void)id;
	if (count == 0) {
		return;
	}
	struct qemu_plugin_insn *last = qemu_plugin_tb_get_insn(tb, count - 1);
	void *address = (void *)(uintptr_t)(uint32_t)qemu_plugin_insn_vaddr(last);
	qemu_plugin_register_vcpu_mem_cb(last, on_access, QEMU_PLUGIN_CB_NO_REGS, QEMU_PLUGIN_MEM_RW, address);
	qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, QEMU_PLUGIN_CB_NO_REGS, describe(tb, count));
}

static int refuse(const char *why) {
	fprintf(stderr, "cycle plugin: %s\n", why);
	return -1;
}

int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv) {
	const char *path = NULL;
	for (int i = 0; i < argc; i++) {
		if (strncmp(argv[i], "out=", 4) != 0 || argv[i][4] == 0) {
			return refuse("the only argument is out=FILE");
		}
		path = argv[i] + 4;
	}
	if (path == NULL) {
		return refuse("it needs out=FILE, a file that does not exist yet");
	}
	if (info->version.min > QEMU_PLUGIN_API_VERSION || info->version.cur < QEMU_PLUGIN_API_VERSION) {
		return refuse("it speaks version 1 of QEMU's plugin API, which this QEMU does not");
	}
	if (strcmp(info->target_name, "arm") != 0 || !info->system_emulation || info->system.smp_vcpus != 1) {
		return refuse("it is for qemu-system-arm with one core");
	}
	out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
	if (out < 0) {
		fprintf(stderr, "cycle plugin: cannot create %s: %s\n", path, strerror(errno));
		return -1;
	}
	account_init(&account, write_line, NULL);
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	return 0;
}
